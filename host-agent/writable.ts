import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { followLinks } from './places.ts'
import { isWithin } from './sandbox/files/policy.ts'

/**
 * What of its project a session may change: all of it, nothing, or these paths and nothing beside them (relative to the project or absolute, and in it:
 * others are left out). Empty: nothing.
 */
export type Writable = 'project' | 'none' | readonly string[]

export type HeldWritable = {
  /** Absolute paths that exist, for `SandboxOptions.writeRoots`. */
  roots: string[]
  /** Removes what was made so that it exists, where it is still empty. */
  release(): void
}

/** Makes what is to be written exist, as empty files: a sandbox can only open what is there. */
export function withWritable(project: string, writable: Writable): HeldWritable {
  if (typeof writable === 'string') return { roots: [], release() {} }
  const root = followLinks(project)
  const roots = [...new Set(writable.map((path) => followLinks(resolve(project, path))))].filter(
    (path) => path !== root && isWithin(path, root) && !isWithin(path, join(root, '.git')),
  )
  const made: string[] = []
  for (const path of roots.filter((path) => !existsSync(path))) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '')
    made.push(path)
  }
  return {
    roots,
    release() {
      for (const path of made) if (statSync(path, { throwIfNoEntry: false })?.size === 0) rmSync(path, { force: true })
    },
  }
}
