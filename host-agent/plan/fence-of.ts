import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TouchedFile } from '#protocol/statements/operation.ts'
import { placeOf } from '../policy/places.ts'
import type { FenceEntry } from '../sandbox/files/fence.ts'
import { isWithin } from '../sandbox/files/policy.ts'

/** A folder with more entries than this is not opened: each would be a mount at every start. What is to be made or deleted in it is asked for when it comes. */
const besideMost = 300

/**
 * The fence that lets exactly the files of an approved plan be changed. A file to be modified is opened by itself. To make or delete something takes its folder: that is
 * opened, and all that is in it and not planned is kept read-only; a name that is new in it can't be kept out by a fence, and is looked for (`strangers`).
 */
export function fenceOf(project: string, files: readonly TouchedFile[]): FenceEntry[] {
  // What other programs obey is asked for each time, so it is never open beforehand.
  const planned = files.filter(({ path, change }) => change !== 'read' && placeOf(path, project) === 'project')
  const gone = planned.filter(({ change }) => change === 'delete').map(({ path }) => path)
  const isInGone = (path: string) => gone.some((folder) => folder !== path && isWithin(path, folder))
  const open = new Set(
    planned
      .filter(({ path, change }) => change !== 'modify' && !isInGone(path))
      .map(({ path }) => folderOf(path))
      .filter((folder) => isWithin(folder, project) && readdirSync(folder).length <= besideMost),
  )
  const alone = planned.filter(({ path, change }) => change === 'modify' && !open.has(dirname(path)))
  const writable = new Set([...open, ...alone.map(({ path }) => path)])
  const names = new Set(planned.map(({ path }) => path))
  const kept = [...open].flatMap((folder) =>
    readdirSync(folder)
      .map((name) => join(folder, name))
      .filter((path) => !names.has(path) && !writable.has(path)),
  )
  return [
    ...[...writable].map((path) => ({ path, access: 'write' as const })),
    ...kept.map((path) => ({ path, access: 'read' as const })),
  ]
}

/** Where a path lies, or would as far as its folders exist. */
function folderOf(path: string): string {
  const folder = dirname(path)
  return existsSync(folder) ? folder : folderOf(folder)
}

/** Names in the fence's open folders that are neither kept nor planned: somebody made them since. */
export function strangers(fence: readonly FenceEntry[], files: readonly TouchedFile[]): string[] {
  const known = new Set([...fence.map(({ path }) => path), ...files.map(({ path }) => path)])
  const above = (path: string) => files.some((file) => isWithin(file.path, path))
  return fence
    .filter(({ access }) => access === 'write')
    .flatMap(({ path }) => entriesOf(path).map((name) => join(path, name)))
    .filter((path) => !known.has(path) && !above(path))
}

function entriesOf(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
