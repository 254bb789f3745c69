import { visible } from '#client/display.ts'
import type { AgentChoices, Chosen } from '#protocol/statements/choices.ts'
import { t } from '../../texts/all-texts.ts'

type Props = {
  offered: AgentChoices
  chosen: Chosen
  /** What the running session has; absent: none runs, so that nothing chosen means the agent's own choice. */
  current?: Chosen
  onChange(chosen: Chosen): void
}

/** Model, mode and effort, each where the agent offers more than one. */
export function ChoiceFields({ offered, chosen, current, onChange }: Props) {
  return (
    <>
      {(['model', 'mode', 'effort'] as const).map((what) => {
        const offers = offered[what] ?? []
        if (offers.length === 0) return null
        const choose = (id: string) => {
          const { [what]: _, ...rest } = chosen
          onChange(id === '' || id === current?.[what] ? rest : { ...rest, [what]: id })
        }
        return (
          <label key={what} class="field">
            <span>{t(`choice.${what}`)}</span>
            <select
              value={chosen[what] ?? current?.[what] ?? ''}
              onChange={(event) => choose(event.currentTarget.value)}
            >
              {current?.[what] === undefined && <option value="">{t('choice.asIs')}</option>}
              {offers.map(({ id, name }) => (
                <option key={id} value={id}>
                  {visible(name)}
                </option>
              ))}
            </select>
          </label>
        )
      })}
    </>
  )
}
