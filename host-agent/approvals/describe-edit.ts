import { readFile } from 'node:fs/promises'
import type { TouchedFile } from '#protocol/statements/operation.ts'
import type { Edit } from '../agents/driver.ts'
import { hashText } from '../files.ts'

/** The one stretch of lines in which two texts differ; `line` counts from 1. */
export type Hunk = { path: string; line: number; removed: string; added: string }

/** An edit as the disk shows it: whole when it fits what is there now. */
export type DescribedEdit = { file: TouchedFile; hunk: Hunk; fits: boolean }

/**
 * Reads the file and says what the edit would make of it. An agent sends either the whole file or the stretch that changes;
 * where neither fits what is on the disk, `fits` is false and the result is not known.
 */
export async function describeEdit({ path, oldText, newText }: Edit): Promise<DescribedEdit> {
  const now = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? null : undefined,
  )
  const before = now === undefined ? {} : { before: now === null ? null : hashText(now) }
  const then = afterEdit(now, oldText, newText)
  const change = newText === null ? 'delete' : now === null ? 'create' : 'modify'
  const hunk = hunkOf(
    path,
    then === undefined ? (oldText ?? '') : (now ?? ''),
    then === undefined ? (newText ?? '') : (then ?? ''),
  )
  const after = then === undefined ? {} : { after: then === null ? null : hashText(then) }
  return { file: { path, change, ...before, ...after }, hunk, fits: then !== undefined }
}

/** The file's content afterwards; null: it is gone; undefined: not known. */
function afterEdit(
  now: string | null | undefined,
  oldText: string | null,
  newText: string | null,
): string | null | undefined {
  if (now === undefined) return undefined
  if (newText === null) return null
  if (now === null) return oldText === null || oldText === '' ? newText : undefined
  if (now === oldText) return newText
  if (oldText === null || oldText === '') return newText
  const at = now.indexOf(oldText)
  if (at === -1 || now.indexOf(oldText, at + 1) !== -1) return undefined
  return now.slice(0, at) + newText + now.slice(at + oldText.length)
}

function hunkOf(path: string, before: string, after: string): Hunk {
  const old = before.split('\n')
  const fresh = after.split('\n')
  let start = 0
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1
  let end = 0
  while (
    end < Math.min(old.length, fresh.length) - start &&
    old[old.length - 1 - end] === fresh[fresh.length - 1 - end]
  )
    end += 1
  return {
    path,
    line: start + 1,
    removed: old.slice(start, old.length - end).join('\n'),
    added: fresh.slice(start, fresh.length - end).join('\n'),
  }
}
