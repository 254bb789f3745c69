import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What suites need of the system: the command, its Debian package and, where being there is not enough, a trial. */
export const systemNeeds = {
  chromium: { package: 'chromium' },
  firefox: { package: 'firefox-esr' },
  'dbus-daemon': { package: 'dbus' },
  // Firefox loads this package's libnotify; without it no notification can be shown.
  'notify-send': { package: 'libnotify-bin' },
  openssl: { package: 'openssl' },
  // A kernel or a container may forbid what bubblewrap does.
  bwrap: { package: 'bubblewrap', trial: ['--unshare-all', '--ro-bind', '/', '/', 'true'] },
  socat: { package: 'socat' },
  git: { package: 'git' },
  // What the sandbox keeps in has to be there to be kept in.
  curl: { package: 'curl' },
  wget: { package: 'wget' },
  ping: { package: 'iputils-ping' },
  nc: { package: 'netcat-openbsd' },
  ssh: { package: 'openssh-client' },
  ip: { package: 'iproute2' },
} as const satisfies Record<string, { package: string; trial?: readonly string[] }>

export type SystemNeed = keyof typeof systemNeeds

const names = Object.keys(systemNeeds) as SystemNeed[]

/** Whether the command is in PATH, is executable and, where it has a trial, passes it. */
export function has(need: SystemNeed): boolean {
  if (!isInPath(need)) return false
  const entry = systemNeeds[need]
  return !('trial' in entry) || spawnSync(need, entry.trial, { stdio: 'ignore' }).status === 0
}

/** The needs that this machine doesn't meet, in the order of the table. */
export function missingSystemNeeds(): SystemNeed[] {
  return names.filter((need) => !has(need))
}

/**
 * Installs the missing Debian packages where that is possible (Debian, root), else says on stderr what to run.
 * A package that stays away is no error here: the suites that need it are skipped by name.
 */
export function ensureSystemPackages(): void {
  const packages = names.filter((need) => !isInPath(need)).map((need) => systemNeeds[need].package)
  if (packages.length === 0) return
  const install = `apt-get install -y --no-install-recommends ${packages.join(' ')}`
  if (!existsSync('/etc/debian_version')) {
    say(
      `Some suites will be skipped. They need what Debian calls ${packages.join(', ')}: install them and run this again.`,
    )
    return
  }
  if (process.getuid?.() !== 0) {
    say(`Some suites will be skipped. To run them: sudo sh -c 'apt-get update && ${install}'`)
    return
  }
  say(`Installing Debian packages that suites need: ${packages.join(' ')}`)
  apt('update') // when it fails, older lists may still do
  if (!apt('install', '-y', '--no-install-recommends', ...packages)) {
    say(`They could not be installed, so some suites will be skipped. To try by hand: apt-get update && ${install}`)
  }
}

function apt(...args: string[]): boolean {
  const waits = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=2']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', [...waits, ...args], { stdio: ['ignore', 2, 2], env }).status === 0
}

function isInPath(command: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
