import { useMemo, useRef } from 'preact/hooks'
import type { LineRow } from '../model/line-rows.ts'
import type { DiffRow } from '../model/patch.ts'
import { useLazy } from '../parts/use-lazy.ts'
import type { Token } from './highlight.ts'

/** Lines that get their colours at once, when the first of them comes into sight: a few milliseconds. */
const CHUNK = 60

/** Colours by line, made for a chunk of rows when one of them is shown. The code for it comes later; until then lines are plain. */
export function useTokens(
  rows: readonly DiffRow[] | 'binary' | null,
  path: string,
): (line: LineRow) => readonly Token[] | null {
  const { it: highlight } = useLazy(() => import('./highlight.ts'))
  const made = useRef(new Map<LineRow, readonly Token[]>())
  const places = useMemo(() => new Map(Array.isArray(rows) ? rows.map((row, index) => [row, index]) : []), [rows])
  return (line) => {
    const known = made.current.get(line)
    if (known || !highlight || !Array.isArray(rows)) return known ?? null
    const from = Math.floor((places.get(line) ?? 0) / CHUNK) * CHUNK
    const chunk = rows
      .slice(from, from + CHUNK)
      .filter((row): row is LineRow => row.kind === 'line' && row.text.length < 1_000)
    // Either side of the change is a text of its own: what comes would else be coloured by what goes.
    for (const side of ['delete', 'insert'] as const) {
      const lines = chunk.filter(({ change }) => change === side || change === 'normal')
      const tokens = highlight.highlightLines(
        path,
        lines.map(({ text }) => text),
      )
      for (const [index, one] of lines.entries()) made.current.set(one, tokens[index] ?? [])
    }
    return made.current.get(line) ?? null
  }
}
