import { Exact } from './exact.tsx'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'
import '../style/chips.css'

export type Chip = {
  id: string
  words: string
  icon?: IconName
  /** How many wait there, and the same in words. */
  count?: number
  countWords?: string
}

type Props = { label: string; chips: readonly Chip[]; chosen: string; onChoose(id: string): void }

/** A row of which one is chosen, by one tap. */
export function Chips({ label, chips, chosen, onChoose }: Props) {
  return (
    <fieldset class="chips" aria-label={label}>
      {chips.map(({ id, words, icon, count = 0, countWords }) => (
        <button key={id} type="button" class="chip" aria-pressed={id === chosen} onClick={() => onChoose(id)}>
          {icon && <Icon name={icon} />}
          <span class="chip-words">
            <Exact text={words} />
          </span>
          {count > 0 && (
            <span class="chip-count">
              <span aria-hidden="true">{count}</span>
              <span class="hidden-words">{countWords}</span>
            </span>
          )}
        </button>
      ))}
    </fieldset>
  )
}
