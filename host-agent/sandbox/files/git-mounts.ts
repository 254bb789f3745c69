import { lstatSync } from 'node:fs'
import type { ConfigReader } from './config-reader.ts'
import type { FoundRepository } from './find-repositories.ts'
import { steeringFiles } from './git-files.ts'
import { obeyedFiles } from './obeyed-files.ts'

/** `held` is bound onto itself, `pinned` read-only. */
export type GitMounts = { held: string[]; pinned: string[] }

/** More repositories than this are compared after a command and not held: each costs a mount at every start. */
const heldMost = 64

/** How the repositories found in a writable folder are kept from steering git, while `git add` and `git commit` go on working. */
export function gitMounts(
  root: string,
  repositories: readonly FoundRepository[],
  namedByConfig: ConfigReader,
): GitMounts {
  const held = repositories.slice(0, heldMost)
  const folders = held.filter(({ kind }) => kind === 'folder').map(({ path }) => path)
  const files = held.filter(({ kind }) => kind === 'file').map(({ path }) => path)
  const bare = held.filter(({ kind }) => kind === 'bare').map(({ path }) => path)
  const pinned = [
    ...files,
    ...[...folders, ...bare].flatMap(steeringFiles),
    ...obeyedFiles(root),
    ...namedByConfig(root),
  ]
  return {
    held: folders,
    pinned: [...new Set(pinned)].filter((path) => {
      const found = lstatSync(path, { throwIfNoEntry: false })
      return found !== undefined && (found.isFile() || found.isDirectory())
    }),
  }
}
