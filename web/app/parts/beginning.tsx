import { beginningOf } from '#client/display.ts'
import { t } from '../../texts/texts.ts'
import { Exact } from './exact.tsx'

/** About three lines of a phone. */
const CHARACTERS = 140
const LINES = 3

/** In a list: how a text of somebody else's begins, and how much more of it there is. */
export function Beginning({ text, lines = false }: { text: string; lines?: boolean }) {
  const { begin, more } = beginningOf(text, { characters: CHARACTERS, lines: lines ? LINES : 1 })
  return (
    <>
      <Exact text={begin} lines={lines} />
      {more > 0 && <span class="quiet"> {t('more', { count: more })}</span>}
    </>
  )
}
