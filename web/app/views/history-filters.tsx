import { visible } from '#client/display.ts'
import { t } from '../../texts/all-texts.ts'
import type { Entry, Facet, Narrowing } from '../model/history.ts'
import { choicesOf, facets, isPerson } from '../model/history.ts'
import type { Names } from './names.ts'
import '../style/chips.css'

type Props = {
  entries: readonly Entry[]
  narrowing: Narrowing
  hostName(hostId: string): string
  names: Names
  onChange(narrowing: Narrowing): void
}

/** By host, kind, person or device, and outcome: each where there is something to choose. */
export function HistoryFilters({ entries, narrowing, hostName, names, onChange }: Props) {
  const wordsOf: Record<Facet, (value: string) => string> = {
    host: hostName,
    kind: (kind) => (kind === 'task' ? t('history.task') : t(`kind.${kind as Exclude<Entry['kind'], 'task'>}`)),
    by: (id) => (isPerson(id) ? names.ofPerson(id) : names.ofDevice(id)),
    outcome: (outcome) => t(`outcomeShort.${outcome as NonNullable<Entry['outcome']>}`),
  }
  const choose = (facet: Facet, value: string) => {
    const { [facet]: _, ...rest } = narrowing
    onChange(value === '' ? rest : { ...rest, [facet]: value })
  }
  return (
    <fieldset class="chips" aria-label={t('history.narrow')}>
      {facets.map((facet) => {
        const choices = choicesOf(entries, facet)
        if (choices.length < (facet === 'by' || facet === 'outcome' ? 1 : 2)) return null
        return (
          <select
            key={facet}
            class="chip"
            aria-label={t(`history.facet.${facet}`)}
            data-chosen={narrowing[facet] !== undefined}
            value={narrowing[facet] ?? ''}
            onChange={(event) => choose(facet, event.currentTarget.value)}
          >
            <option value="">{t(`history.any.${facet}`)}</option>
            {choices.map((value) => (
              <option key={value} value={value}>
                {visible(wordsOf[facet](value))}
              </option>
            ))}
          </select>
        )
      })}
    </fieldset>
  )
}
