import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { inside } from './mounts.ts'
import { type FilePolicy, isWithin } from './policy.ts'

export type BlockedPath = { path: string; access: 'read' | 'write' }

const refusals =
  /Read-only file system|EROFS|Permission denied|EACCES|Operation not permitted|EPERM|No such file or directory|ENOENT|Device or resource busy|EBUSY/
const writes = /Read-only file system|EROFS|Device or resource busy|EBUSY/

/**
 * The paths named beside a refusal in the words of a program, that exist outside and not inside, or are read-only inside. The kernel doesn't tell which
 * file it kept from whom, so this is a guess from words: fit for a question to a person, who sees the path, and for nothing else.
 */
export function blockedPaths(
  words: string,
  cwd: string,
  policy: FilePolicy,
  readable: readonly string[],
): BlockedPath[] {
  const found = new Map<string, BlockedPath>()
  for (const line of words.split('\n')) {
    if (!refusals.test(line) || line.length > 4_096) continue
    for (const path of pathsIn(line, cwd)) {
      const blocked = judge(path, writes.test(line), policy, readable)
      if (blocked) found.set(`${blocked.access} ${blocked.path}`, blocked)
    }
  }
  return [...found.values()]
}

function judge(path: string, isWrite: boolean, policy: FilePolicy, readable: readonly string[]): BlockedPath | null {
  if (isWithin(path, inside.home) || isWithin(path, '/tmp') || isWithin(path, '/dev') || isWithin(path, '/proc'))
    return null
  const write = policy.projectAccess === 'write' ? [policy.project, ...policy.writeRoots] : policy.writeRoots
  if (isWrite) return { path, access: 'write' }
  if (write.some((root) => isWithin(path, root))) return null
  const isVisible = [policy.project, ...policy.readRoots, ...readable, '/usr', '/bin', '/lib', '/lib64', '/sbin'].some(
    (root) => isWithin(path, root),
  )
  if (isVisible) return null
  if (existsSync(path)) return { path, access: 'read' }
  return existsSync(dirname(path)) && dirname(path) !== '/' ? { path: dirname(path), access: 'write' } : null
}

/** What is quoted, else every word that looks like a path; the first one before a colon is the program that speaks. */
function pathsIn(line: string, cwd: string): string[] {
  const quoted = [...line.matchAll(/['"‘`]([^'"’`]+)['"’`]/g)].map(([, text]) => text ?? '')
  const words = line.replace(/^\S+?:(?=\s)/, '').split(/[\s:,()]+/)
  const isQuoted = quoted.some((word) => word.includes('/'))
  return [...new Set(isQuoted ? quoted : words)]
    .filter((word) => word.includes('/') && !word.includes('://') && !word.includes('\0'))
    .map((word) => (isAbsolute(word) ? resolve(word) : join(cwd, word)))
}
