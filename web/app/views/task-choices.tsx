import { useState } from 'preact/hooks'
import type { AgentChoices, Chosen } from '#protocol/statements/choices.ts'
import { t } from '../../texts/all-texts.ts'
import { Broken } from '../parts/broken.tsx'
import { Exact } from '../parts/exact.tsx'
import { useBusy } from '../parts/use-busy.ts'
import { ChoiceFields } from './choice-fields.tsx'

type Props = {
  /** Where it runs, and by which agent: it stands on the same line. */
  place: readonly string[]
  current: Chosen
  /** What may be chosen now; null: nothing, the task has ended or its host has not said. */
  offered: AgentChoices | null
  onChoose(chosen: Chosen): Promise<boolean>
}

/** Where a task runs and with which model and mode, as its agent said; while it runs they can be changed. */
export function TaskChoices({ place, current, offered, onChoose }: Props) {
  const [chosen, setChosen] = useState<Chosen>({})
  const [isOpen, setOpen] = useState(false)
  const { busy, broken, run } = useBusy()
  const nameOf = (what: keyof Chosen) =>
    offered?.[what]?.find(({ id }) => id === current[what])?.name ?? current[what] ?? ''
  const chosenWords = (['model', 'mode', 'effort'] as const).flatMap((what) => {
    const name = nameOf(what)
    // A model's name says that it is one; “default” says nothing.
    return name === '' ? [] : [what === 'model' ? name : t(`choice.${what}Is`, { name })]
  })
  const words = [...place, ...chosenWords]
  const apply = () =>
    run(async () => {
      if (!(await onChoose(chosen))) return
      setChosen({})
      setOpen(false)
    })
  if (words.length === 0) return null
  return (
    <div class="task-choices">
      <p class="headline-place">
        <Exact text={words.join(' · ')} />{' '}
        {chosenWords.length > 0 && offered && Object.keys(offered).length > 0 && (
          <button type="button" class="text-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t('choice.change')}
          </button>
        )}
      </p>
      {isOpen && offered && (
        <section class="card stack" aria-label={t('choice.label')}>
          <ChoiceFields offered={offered} chosen={chosen} current={current} onChange={setChosen} />
          <Broken when={broken} />
          <button
            type="button"
            class="button button-primary"
            disabled={busy || Object.keys(chosen).length === 0}
            onClick={() => void apply()}
          >
            {t('choice.apply')}
          </button>
        </section>
      )}
    </div>
  )
}
