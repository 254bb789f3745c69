import * as gitdiff from 'gitdiff-parser'
import type * as z from 'zod/mini'
import type { ChangedFile } from '#protocol/statements/events.ts'
import type { LineRow } from './line-rows.ts'
import { withPairs } from './line-rows.ts'

export type HunkRow = { kind: 'hunk'; hunk: number; text: string; lines: number }
export type DiffRow = LineRow | HunkRow

/** A whole patch by file, each under the name that it has now, or had before it was deleted. */
export function splitPatch(patch: string): ReadonlyMap<string, string> {
  const parts = patch.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '))
  return new Map(parts.map((part) => [pathOf(part), part]))
}

/** What the list of changed files says of one, out of its patch. */
export function changedFileOf([path, part]: [string, string]): z.infer<typeof ChangedFile> {
  const head = headOf(part)
  const has = (start: string) => head.some((line) => line.startsWith(start))
  const from = head.find((line) => line.startsWith('rename from '))?.slice('rename from '.length)
  const count = (form: RegExp) => part.slice(head.join('\n').length).match(form)?.length ?? 0
  return {
    path,
    change: from ? 'move' : has('new file') ? 'add' : has('deleted file') ? 'delete' : 'modify',
    ...(from ? { from } : {}),
    added: count(/^\+/gm),
    removed: count(/^-/gm),
    ...(has('Binary files') || has('GIT binary patch') ? { binary: true } : {}),
  }
}

const headOf = (part: string): string[] => part.slice(0, part.search(/^@@/m) >>> 0).split('\n')

/** Names that git had to quote are asked of the parser. */
function pathOf(part: string): string {
  const head = headOf(part)
  const twice = (head[0] ?? '').slice('diff --git '.length)
  if (twice.includes('"')) {
    const { newPath = '', oldPath = '' } = parse(part) ?? {}
    return newPath === '/dev/null' ? oldPath : newPath
  }
  const after = (name: string) =>
    head
      .find((line) => line.startsWith(name))
      ?.slice(name.length)
      .trimEnd()
  // Of a file without lines only the first line has the name: `a/NAME b/NAME`.
  return after('+++ b/') ?? after('rename to ') ?? after('--- a/') ?? twice.slice('a/'.length, (twice.length - 1) / 2)
}

/** Its types promise an ES module; what it ships is CommonJS, whose one export is the parser. */
const parser = gitdiff.default as unknown as typeof gitdiff.default & { default?: typeof gitdiff.default }

function parse(filePatch: string): gitdiff.File | null {
  try {
    return (parser.default ?? parser).parse(filePatch)[0] ?? null
  } catch {
    return null
  }
}

/** The rows of one file's patch; `binary` where git says no more, null where it can't be read. */
export function rowsOf(filePatch: string): readonly DiffRow[] | 'binary' | null {
  if (/^(Binary files .* differ|GIT binary patch)$/m.test(filePatch)) return 'binary'
  const file = parse(filePatch)
  if (!file || file.hunks.length === 0) return null
  return file.hunks.flatMap(({ content, changes }, hunk): DiffRow[] => [
    { kind: 'hunk', hunk, text: content, lines: changes.length },
    ...withPairs(
      changes.map((change): LineRow => {
        const { type, content: text } = change
        const before = type === 'normal' ? change.oldLineNumber : type === 'delete' ? change.lineNumber : null
        const after = type === 'normal' ? change.newLineNumber : type === 'insert' ? change.lineNumber : null
        return { kind: 'line', hunk, change: type, text, before: before ?? null, after: after ?? null, pair: null }
      }),
    ),
  ])
}
