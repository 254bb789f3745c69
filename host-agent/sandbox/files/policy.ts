import { existsSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'
import type { FenceEntry } from './fence.ts'

/**
 * What of the host's files exists inside. Besides these: the system's folders and toolchains read-only, a HOME and a /tmp of its own.
 * Empty lists add nothing. All paths are absolute, exist, and have no link in them.
 */
export type FilePolicy = {
  project: string
  projectAccess: 'write' | 'read'
  /** What of a project that is read may be changed all the same. Empty: nothing. */
  fence: readonly FenceEntry[]
  readRoots: readonly string[]
  writeRoots: readonly string[]
  /** Never visible, also where they lie in one of the others. */
  hidden: readonly string[]
}

export const isWithin = (path: string, root: string): boolean => {
  const inside = relative(root, path)
  return inside === '' || (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside))
}

/** Files of a home folder that hold keys and tokens; no widening reaches them or what is above them. */
const secrets = [
  '.ssh',
  '.aws',
  '.gnupg',
  '.npmrc',
  '.netrc',
  '.git-credentials',
  '.docker',
  '.kube',
  '.config/gcloud',
  '.config/gh',
  '.azure',
]

/** Brings a path into its real spelling and refuses, with `sandbox_path_blocked`, what may never be shared with an agent. */
export function shareable(path: string, hidden: readonly string[], home = homedir()): Result<string> {
  if (!existsSync(path)) return refused('sandbox_path_blocked', `${path} does not exist`)
  const real = realpathSync(resolve(path))
  const kept = [...hidden, ...secrets.map((name) => join(home, name)).filter((secret) => existsSync(secret))]
  const touched = kept.find((secret) => isWithin(real, secret) || isWithin(secret, real))
  if (real === '/' || touched !== undefined)
    return refused('sandbox_path_blocked', `${path} would open ${touched ?? 'everything'}`)
  const pseudo = ['/proc', '/sys', '/dev', '/run', '/var/run', '/boot'].find((root) => isWithin(real, root))
  return pseudo === undefined ? ok(real) : refused('sandbox_path_blocked', `${path} is in ${pseudo}`)
}

const system = ['/usr', '/etc', '/bin', '/sbin', '/lib', '/lib64', '/proc', '/sys', '/dev', '/run', '/boot', '/var/run']

/** The project may hold hidden folders, which are then covered; it may not lie in one, nor be a home folder or anything above one. */
export function projectFolder(path: string, hidden: readonly string[], home = homedir()): Result<string> {
  if (!existsSync(path) || !statSync(path).isDirectory()) return refused('project_invalid', path)
  const real = realpathSync(resolve(path))
  const kept = [...system, ...hidden, ...secrets.map((name) => join(home, name))].find((root) => isWithin(real, root))
  if (kept !== undefined) return refused('sandbox_path_blocked', `${path} can’t be a project: it is in ${kept}`)
  if (isWithin(home, real) || real === '/tmp')
    return refused('sandbox_path_blocked', `${path} can’t be a project: it holds much else`)
  return ok(real)
}
