import type * as z from 'zod/mini'
import type { ChangedFile } from '#protocol/statements/events.ts'

type Changed = z.infer<typeof ChangedFile>

const changes = { A: 'add', D: 'delete', R: 'move', C: 'add' } as const

/** Joins `git diff-tree -z --name-status` and `--numstat`, which list the same files in the same order. */
export function readChanges(raw: string, numbers: string): Changed[] {
  const counts = readNumbers(numbers)
  const parts = raw.split('\0')
  const files: Changed[] = []
  for (let at = 0; at + 1 < parts.length; ) {
    const letter = parts[at]?.[0] ?? ''
    const moves = letter === 'R' || letter === 'C'
    const from = parts[at + 1] ?? ''
    const path = moves ? (parts[at + 2] ?? '') : from
    at += moves ? 3 : 2
    const count = counts[files.length] ?? { added: 0, removed: 0, binary: false }
    files.push({
      path,
      change: changes[letter as keyof typeof changes] ?? 'modify',
      ...(letter === 'R' ? { from } : {}),
      added: count.added,
      removed: count.removed,
      ...(count.binary ? { binary: true } : {}),
    })
  }
  return files
}

function readNumbers(text: string): { added: number; removed: number; binary: boolean }[] {
  const parts = text.split('\0')
  const counts = []
  for (let at = 0; at < parts.length; at += 1) {
    const [added, removed, path] = parts[at]?.split('\t') ?? []
    if (added === undefined || removed === undefined) continue
    counts.push({ added: Number(added) || 0, removed: Number(removed) || 0, binary: added === '-' })
    // A move has an empty third column and both names after it.
    if (path === '') at += 2
  }
  return counts
}
