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

/** Lines that go and lines that come right after them belong together, the first to the first. */
export function withPairs(lines: LineRow[]): LineRow[] {
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

/** The exact change of an edit, line by line: what goes, then what comes, numbered from its first line. */
export function rowsOfEdit({ line, removed, added }: { line: number; removed: string; added: string }): LineRow[] {
  const row = (change: 'insert' | 'delete', text: string, at: number): LineRow => ({
    kind: 'line',
    hunk: 0,
    change,
    text,
    before: change === 'delete' ? line + at : null,
    after: change === 'insert' ? line + at : null,
    pair: null,
  })
  return withPairs([
    ...linesOf(removed).map((text, at) => row('delete', text, at)),
    ...linesOf(added).map((text, at) => row('insert', text, at)),
  ])
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.split('\n'))
