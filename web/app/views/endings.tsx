import type { Ending } from '#protocol/statements/task.ts'
import { t } from '../../texts/all-texts.ts'
import { Broken } from '../parts/broken.tsx'
import { Exact } from '../parts/exact.tsx'
import { Notice } from '../parts/layout.tsx'
import { SureButton } from '../parts/sure-button.tsx'
import { useBusy } from '../parts/use-busy.ts'

export type EndingsProps = {
  /** The branch on which an ended task's changes are. */
  branch: string
  /** What in them was changed without leave: how many files, and the first of them by name. Absent: nothing that was found. */
  deviated?: { files: readonly string[]; total: number } | undefined
  onFinish(how: Ending): Promise<void>
}

const usual = ['apply', 'pull-request', 'push', 'keep'] as const

/** What becomes of a task's changes, which are apart from the project until somebody says so. */
export function Endings({ branch, deviated, onFinish }: EndingsProps) {
  const { busy, broken, run } = useBusy()
  const choose = (how: Ending) => run(() => onFinish(how))
  return (
    <section class="card stack">
      <p>
        {t('ending.where')} <Exact text={branch} />
      </p>
      {deviated && (
        <Notice kind="warning">
          {t('ending.deviated', { count: deviated.total })}
          {deviated.files.map((file) => (
            <div key={file}>
              <Exact text={file} />
            </div>
          ))}
        </Notice>
      )}
      <Broken when={broken} />
      {usual.map((how) => (
        <button
          key={how}
          type="button"
          class={how === 'apply' && !deviated ? 'button button-big button-primary' : 'button button-big'}
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
