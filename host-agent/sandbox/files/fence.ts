import { lstatSync, realpathSync } from 'node:fs'
import { isWithin } from './policy.ts'

/** A real path in a project that is otherwise read-only, and what of it may be done. The entry that lies deepest above a path decides about it; none: it may be read. */
export type FenceEntry = { path: string; access: 'write' | 'read' }

/** The outermost first, so that each mount lies on those around it. */
const sorted = (fence: readonly FenceEntry[]): FenceEntry[] =>
  [...fence].sort((a, b) => a.path.split('/').length - b.path.split('/').length)

/** Whether a path may be changed, as the fence stands. */
export const isOpen = (fence: readonly FenceEntry[], path: string): boolean =>
  sorted(fence).findLast((entry) => isWithin(path, entry.path))?.access === 'write'

/**
 * The fence as arguments for bwrap. What is gone meanwhile is left out; what became a link, which would lead elsewhere, too: it stays as what lies around it is.
 */
export function fenceMounts(fence: readonly FenceEntry[]): string[] {
  return sorted(fence)
    .filter(({ path }) => isItself(path))
    .flatMap(({ path, access }) => [access === 'write' ? '--bind' : '--ro-bind', path, path])
}

function isItself(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return (found?.isFile() === true || found?.isDirectory() === true) && realpathSync(path) === path
}
