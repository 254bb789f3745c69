import { useMemo, useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import type { LineRow } from '../model/line-rows.ts'
import type { DiffRow } from '../model/patch.ts'
import { rowsOf } from '../model/patch.ts'
import type { Comment } from '../model/review.ts'
import { isSameLine } from '../model/review.ts'
import { Exact } from '../parts/exact.tsx'
import { VirtualList } from '../parts/virtual-list.tsx'
import { CommentBox } from './comment-box.tsx'
import { DiffLine } from './diff-row.tsx'
import { useTokens } from './use-tokens.ts'

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
