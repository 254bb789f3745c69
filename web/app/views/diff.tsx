import { useMemo, useRef, useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import type { DiffRow, LineRow } from '../model/patch.ts'
import { rowsOf } from '../model/patch.ts'
import type { Comment } from '../model/review.ts'
import { isSameLine } from '../model/review.ts'
import { Exact } from '../parts/exact.tsx'
import { useLazy } from '../parts/use-lazy.ts'
import { VirtualList } from '../parts/virtual-list.tsx'
import { CommentBox } from './comment-box.tsx'
import { DiffLine } from './diff-row.tsx'
import type { Token } from './highlight.ts'

/** Lines that get their colours at once, when the first of them comes into sight: a few milliseconds. */
const CHUNK = 60
/** Most lines do not wrap. Pixels. */
const ROW = 24

export type Review = {
  taskId: string
  comments: readonly Comment[]
  /** An empty text takes the comment away. */
  onComment(comment: Comment): void
}

type Props = {
  /** This file's own; empty where there is none. */ patch: string
  path: string /** Null where nothing can be said about it. */
  review: Review | null
}

/** The change of one file. Only the rows in sight are made; a hunk's head folds it. */
export function FileDiff({ patch, path, review }: Props) {
  const rows = useMemo(() => rowsOf(patch), [patch])
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set())
  const [writing, setWriting] = useState<LineRow | null>(null)
  const tokensOf = useTokens(rows, path)
  if (rows === null) return <p class="quiet pad">{t('task.patchTooLarge')}</p>
  if (rows === 'binary') return <p class="quiet pad">{t('task.binary')}</p>

  const shown = folded.size === 0 ? rows : rows.filter((row) => row.kind === 'hunk' || !folded.has(row.hunk))
  const fold = (hunk: number) => {
    const next = new Set(folded)
    if (!next.delete(hunk)) next.add(hunk)
    setFolded(next)
  }
  const row = (index: number) => {
    const one = shown[index]
    if (!one) return null
    if (one.kind === 'hunk') return <HunkHead row={one} isFolded={folded.has(one.hunk)} onFold={() => fold(one.hunk)} />
    const place = {
      path,
      line: one.after ?? one.before ?? 0,
      side: one.after === null ? ('before' as const) : ('after' as const),
    }
    const comment = review?.comments.find((other) => isSameLine(other, place))
    return (
      <>
        <DiffLine line={one} tokens={tokensOf(one)} onComment={review ? () => setWriting(one) : null} />
        {review && (comment || writing === one) && (
          <CommentBox
            place={`${review.taskId}/${place.side}/${place.line}/${path}`}
            text={comment?.text ?? ''}
            isOpen={writing === one}
            onOpen={() => setWriting(one)}
            onDone={(text) => {
              setWriting(null)
              if (text !== null) review.onComment({ ...place, code: one.text, text })
            }}
          />
        )}
      </>
    )
  }
  return <VirtualList class="rows" count={shown.length} guess={ROW} row={row} />
}

function HunkHead({
  row,
  isFolded,
  onFold,
}: {
  row: Extract<DiffRow, { kind: 'hunk' }>
  isFolded: boolean
  onFold(): void
}) {
  return (
    <button type="button" class="hunk-head" aria-expanded={!isFolded} onClick={onFold}>
      <Exact text={row.text} />
      {isFolded && <span> {t('review.lines', { count: row.lines })}</span>}
    </button>
  )
}

/** Colours by line, made for a chunk of rows when one of them is shown. The code for it comes later; until then lines are plain. */
function useTokens(
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
