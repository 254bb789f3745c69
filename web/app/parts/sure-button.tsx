import { useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import { Broken } from './broken.tsx'
import { Exact } from './exact.tsx'
import { useBusy } from './use-busy.ts'

type Props = { label: string; question: string; yes: string; onYes(): Promise<unknown> }

/** Two taps for what can't be taken back: the first asks, the second does. */
export function SureButton({ label, question, yes, onYes }: Props) {
  const [sure, setSure] = useState(false)
  const { busy, broken, run } = useBusy()
  const act = () =>
    run(async () => {
      await onYes()
      setSure(false)
    })
  if (!sure)
    return (
      <button type="button" class="text-button text-button-danger" onClick={() => setSure(true)}>
        {label}
      </button>
    )
  return (
    <div class="sure">
      <span>
        <Exact text={question} />
      </span>
      <Broken when={broken} />
      <button type="button" class="button" onClick={() => setSure(false)}>
        {t('cancel')}
      </button>
      <button type="button" class="button button-danger" disabled={busy} onClick={() => void act()}>
        {yes}
      </button>
    </div>
  )
}
