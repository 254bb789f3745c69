import { useMemo, useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import type { LineRow } from '../model/line-rows.ts'
import { wordChanges } from '../model/word-changes.ts'
import { Exact } from '../parts/exact.tsx'
import type { Token } from './highlight.ts'

/** Characters of one line that are shown at once: a minified file is one line of a megabyte. */
const MOST = 1_000

type Props = {
  line: LineRow
  /** Null while the colours are not there. */
  tokens: readonly Token[] | null
  onComment: (() => void) | null
  /** All of it at once, however long: what is signed is not cut. */
  isWhole?: boolean
}

const signs = { insert: '+', delete: '−', normal: ' ' } as const

/** One line, made for a narrow screen: it wraps, has one number, and a sign beside the colour. The number is the button for a comment. */
export function DiffLine({ line, tokens, onComment, isWhole = false }: Props) {
  const [most, setMost] = useState(isWhole ? Number.POSITIVE_INFINITY : MOST)
  const text = line.text.slice(0, most)
  const pieces = useMemo(() => piecesOf(line, text, tokens), [line, text, tokens])
  const number = line.after ?? line.before ?? 0
  return (
    <div class={`row row-${line.change}`}>
      {onComment ? (
        <button type="button" class="row-number" aria-label={t('review.comment', { line: number })} onClick={onComment}>
          {number}
        </button>
      ) : (
        <span class="row-number">{number}</span>
      )}
      <span class="row-sign">{signs[line.change]}</span>
      <span class="row-text">
        {pieces.map(({ text: piece, colour, changed }, index) => (
          <span key={index} class={`${colour ? `code-${colour}` : ''}${changed ? ' word-changed' : ''}` || undefined}>
            <Exact text={piece} lines />
          </span>
        ))}
        {line.text.length > most && (
          <button type="button" class="text-button" onClick={() => setMost(most * 10)}>
            {t('showMore', { count: line.text.length - most })}
          </button>
        )}
      </span>
    </div>
  )
}

type Piece = Token & { changed: boolean }

/** Cuts a line wherever its colour changes or a changed word begins or ends. */
function piecesOf({ pair }: LineRow, text: string, tokens: readonly Token[] | null): Piece[] {
  const colours = tokens ?? [{ text, colour: null }]
  const spans =
    pair === null || pair.length > MOST || text.length >= MOST ? [{ text, changed: false }] : wordChanges(text, pair)
  const pieces: Piece[] = []
  let span = 0
  let inSpan = 0
  for (const token of colours) {
    for (let from = 0; from < token.text.length; ) {
      const here = spans[span]
      const length = Math.min(token.text.length - from, here ? here.text.length - inSpan : Number.POSITIVE_INFINITY)
      pieces.push({
        text: token.text.slice(from, from + length),
        colour: token.colour,
        changed: here?.changed ?? false,
      })
      from += length
      inSpan += length
      if (here && inSpan >= here.text.length) {
        span += 1
        inSpan = 0
      }
    }
  }
  return pieces
}
