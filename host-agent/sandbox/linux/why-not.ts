import { readFileSync } from 'node:fs'

const profile = String.raw`abi <abi/4.0>,\ninclude <tunables/global>\nprofile bwrap /usr/bin/bwrap flags=(unconfined) {\n  userns,\n}\n`

/** Settings of a kernel that keep an ordinary user from making namespaces, and the one command that allows it. */
const obstacles: readonly { path: string; value: string; sentence: string }[] = [
  {
    path: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    value: '1',
    sentence: `AppArmor keeps bubblewrap from making namespaces (Ubuntu since 24.04). Allow it, once: printf '${profile}' | sudo tee /etc/apparmor.d/bwrap >/dev/null && sudo apparmor_parser -r /etc/apparmor.d/bwrap`,
  },
  {
    path: '/proc/sys/kernel/unprivileged_userns_clone',
    value: '0',
    sentence:
      'This kernel keeps namespaces for root. Allow them: echo kernel.unprivileged_userns_clone=1 | sudo tee /etc/sysctl.d/60-userns.conf && sudo sysctl --system',
  },
  {
    path: '/proc/sys/user/max_user_namespaces',
    value: '0',
    sentence:
      'This kernel makes no user namespaces. Allow them: echo user.max_user_namespaces=15000 | sudo tee /etc/sysctl.d/60-userns.conf && sudo sysctl --system',
  },
]

const systemRead = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** Why a sandbox that could be started does not hold on this machine, in a sentence that says what to do; null: not known. */
export const whyNot = (read: (path: string) => string | null = systemRead): string | null =>
  obstacles.find(({ path, value }) => read(path)?.trim() === value)?.sentence ?? null
