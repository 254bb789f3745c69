import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Of /etc only this exists inside, where it exists outside: what programs need to start, encrypt and know the time. No accounts, no keys. */
const etcShared: readonly string[] = [
  'alternatives',
  'ca-certificates',
  'crypto-policies',
  'debian_version',
  'fedora-release',
  'fonts',
  'java-11-openjdk',
  'java-17-openjdk',
  'java-21-openjdk',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'locale.alias',
  'localtime',
  'lsb-release',
  'magic',
  'mime.types',
  'os-release',
  'perl',
  'pki/ca-trust',
  'pki/tls',
  'profile',
  'protocols',
  'python3',
  'services',
  'ssl/certs',
  'ssl/openssl.cnf',
  'terminfo',
  'timezone',
]

export type EtcFacts = {
  uid: number
  gid: number
  home: string
  /** The person's name and address in git; null: unknown. */
  gitName: string | null
  gitEmail: string | null
}

/**
 * Makes the /etc of a sandbox in a folder: files of its own, and copies of what is shared, because each mount makes every start slower. The answer is the
 * names of what is too large for that.
 */
export function writeEtc(folder: string, { uid, gid, home, gitName, gitEmail }: EtcFacts): string[] {
  const mounted = etcShared.filter((name) => share(join('/etc', name), join(folder, name)))
  const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&').replace(/\p{Cc}/gu, ' ')}"`
  const user = [
    ...(gitName === null ? [] : [`\tname = ${quoted(gitName)}`]),
    ...(gitEmail === null ? [] : [`\temail = ${quoted(gitEmail)}`]),
  ]
  const files: Readonly<Record<string, string>> = {
    passwd: `agent:x:${uid}:${gid}:agent:${home}:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n`,
    group: `agent:x:${gid}:\nnogroup:x:65534:\n`,
    hosts: '127.0.0.1 localhost\n::1 localhost\n',
    // No name is looked up inside: the proxy does it.
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n',
    // Inside, every file of the project belongs to the one user there is.
    gitconfig: `[user]\n${user.join('\n')}\n[safe]\n\tdirectory = *\n`,
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o644 })
  return mounted
}

/** Folders of more files than this are mounted: copying them would cost more than the mount does. */
const copiedMost = 12

/** Copies what is small. True: it is to be mounted, and what it is mounted on is there. */
function share(from: string, to: string): boolean {
  if (!existsSync(from)) return false
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 })
  const names = statSync(from).isDirectory() ? readdirSync(from, { withFileTypes: true }) : []
  if (names.length > copiedMost || names.some((entry) => entry.isDirectory())) {
    mkdirSync(to, { mode: 0o755 })
    return true
  }
  try {
    cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  } catch {
    // Something in it is not for this user to read: then it is not there inside either.
  }
  return false
}
