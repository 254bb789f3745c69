import { join } from 'node:path'
import type * as z from 'zod/mini'
import type { ChangedFile } from '#protocol/statements/events.ts'
import type { Operation, TouchedFile } from '#protocol/statements/operation.ts'
import { isWithin } from '../sandbox/files/policy.ts'
import { changedPath } from './judge-operation.ts'

type Changed = z.infer<typeof ChangedFile>
const ways = { add: 'create', modify: 'modify', delete: 'delete' } as const

/**
 * Of what git says has changed in a folder, the absolute paths whose change an approved plan does not name. What lies in a folder that was to be deleted may be
 * gone; a move is a deletion and a creation.
 */
export function findDeviations(
  changes: readonly Changed[],
  folder: string,
  { files }: Pick<Operation, 'files'>,
  realPath: (path: string) => string,
): string[] {
  const planned = new Map(files.map(({ path, change }) => [path, change]))
  const gone = files.filter(({ change }) => change === 'delete').map(({ path }) => path)
  return changes.flatMap(parts).flatMap(({ path, change }) => {
    const absolute = join(folder, path)
    // A link that stands where a file was planned is not that file.
    const isItself = changedPath({ path: absolute, change }, realPath) === absolute
    if (change === 'delete') return gone.some((root) => isWithin(absolute, root)) ? [] : [absolute]
    const way = planned.get(absolute)
    return isItself && (way === change || (way === 'create' && change === 'modify')) ? [] : [absolute]
  })
}

function parts({ path, change, from }: Changed): Pick<TouchedFile, 'path' | 'change'>[] {
  if (change !== 'move') return [{ path, change: ways[change] }]
  return [
    { path: from ?? path, change: 'delete' },
    { path, change: 'create' },
  ]
}
