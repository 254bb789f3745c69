import { useState } from 'preact/hooks'
import type { Ending } from '#protocol/statements/task.ts'
import { t } from '../../texts/all-texts.ts'
import { Exact } from '../parts/exact.tsx'
import { SureButton } from '../parts/sure-button.tsx'

export type EndingsProps = {
  /** The branch on which an ended task's changes are. */
  branch: string
  onFinish(how: Ending): Promise<void>
}

const usual = ['apply', 'pull-request', 'push', 'keep'] as const

/** What becomes of a task's changes, which are apart from the project until somebody says so. */
export function Endings({ branch, onFinish }: EndingsProps) {
  const [busy, setBusy] = useState(false)
  const choose = async (how: Ending) => {
    setBusy(true)
    await onFinish(how)
    setBusy(false)
  }
  return (
    <section class="card stack">
      <p>
        {t('ending.where')} <Exact text={branch} />
      </p>
      {usual.map((how) => (
        <button
          key={how}
          type="button"
          class={how === 'apply' ? 'button button-big button-primary' : 'button button-big'}
          disabled={busy}
          onClick={() => void choose(how)}
        >
          {t(`ending.${how}`)}
        </button>
      ))}
      <SureButton
        label={t('ending.discard')}
        question={t('ending.discardSure')}
        yes={t('ending.discard')}
        onYes={() => choose('discard')}
      />
    </section>
  )
}
