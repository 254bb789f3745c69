import * as gitdiff from 'gitdiff-parser'

/** One line of a file's change as it is shown. `pair` is the line that it replaces, or that replaces it. */
export type LineRow = {
  kind: 'line'
  hunk: number
  change: 'insert' | 'delete' | 'normal'
  text: string
  before: number | null
  after: number | null
  pair: string | null
}
export type HunkRow = { kind: 'hunk'; hunk: number; text: string; lines: number }
export type DiffRow = LineRow | HunkRow

/** The patch of one file out of a whole one; null where there is none. Names that git had to quote are asked of the parser. */
export function patchOfFile(patch: string, path: string): string | null {
  const parts = patch.split(/^(?=diff --git )/m)
  const names = [`+++ b/${path}`, `--- a/${path}`, `rename to ${path}`, `diff --git a/${path} b/${path}`]
  const named = parts.find((part) => headOf(part).some((line) => names.includes(line.trimEnd())))
  return named ?? parts.find((part) => headOf(part)[0]?.includes('"') && isOf(part, path)) ?? null
}

const headOf = (part: string): string[] => part.slice(0, part.search(/^@@/m) >>> 0).split('\n')

function isOf(part: string, path: string): boolean {
  const file = parse(part)
  return file?.newPath === path || file?.oldPath === path
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

/** Lines that go and lines that come right after them belong together, the first to the first. */
function withPairs(lines: LineRow[]): LineRow[] {
  for (let at = 0; at < lines.length; ) {
    const gone = runOf(lines, at, 'delete')
    const come = runOf(lines, at + gone, 'insert')
    for (let n = 0; n < Math.min(gone, come); n += 1) {
      const [old, fresh] = [lines[at + n], lines[at + gone + n]]
      if (!old || !fresh) continue
      old.pair = fresh.text
      fresh.pair = old.text
    }
    at += Math.max(gone + come, 1)
  }
  return lines
}

function runOf(lines: readonly LineRow[], from: number, change: LineRow['change']): number {
  let length = 0
  while (lines[from + length]?.change === change) length += 1
  return length
}
