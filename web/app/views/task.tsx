import { useState } from 'preact/hooks'
import type { TaskState } from '#protocol/records.ts'
import { terminalStates } from '#protocol/records.ts'
import { t } from '../../texts/all-texts.ts'
import { repliesFor } from '../model/quick-replies.ts'
import type { TaskLog } from '../model/task-log.ts'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty } from '../parts/layout.tsx'
import { Activity } from './activity.tsx'
import { Changes } from './changes.tsx'
import { Composer } from './composer.tsx'
import { Plan } from './plan.tsx'
import { Tests } from './tests.tsx'

export type TaskProps = {
  text: string
  hostName: string
  isHostOnline: boolean
  /** Which host it is of is known. */
  isReady: boolean
  log: TaskLog
  /** The host's word where there is one, else the relay's. */
  state: TaskState
  patch: string | null
  onPrompt(text: string): Promise<boolean>
  onInterrupt(): Promise<void>
  onCancel(): Promise<void>
}

export function TaskView(props: TaskProps) {
  const { text, hostName, isHostOnline, isReady, log, state, patch } = props
  const [tab, setTab] = useState<'activity' | 'changes'>('activity')
  const isOver = terminalStates.has(state)
  const { title, plan, tests, testsBefore, diff, items } = log
  return (
    <>
      <div class="headline">
        <p class="headline-text">
          <Exact text={text} lines />
        </p>
        <p class="headline-place">
          <Exact text={[title?.project.split('/').at(-1), title?.agent, hostName].filter(Boolean).join(' · ')} />
        </p>
        {title?.protection === 'unprotected' && (
          <p class="protection">
            <Icon name="warning" /> {t('task.unprotected')}: {t('task.unprotectedHint')}
          </p>
        )}
      </div>
      {plan && <Plan plan={plan} open={!isOver} />}
      {tests && <Tests tests={tests} before={testsBefore} />}
      <div class="tabs" role="tablist">
        {(['activity', 'changes'] as const).map((name) => (
          <button key={name} type="button" role="tab" aria-selected={tab === name} onClick={() => setTab(name)}>
            {name === 'activity'
              ? t('task.activity')
              : diff?.total
                ? t('task.changesCount', { count: diff.total })
                : t('task.changes')}
          </button>
        ))}
      </div>
      {tab === 'changes' ? (
        <Changes diff={diff} patch={patch} />
      ) : items.length > 0 ? (
        <Activity items={items} isLive={!isOver} />
      ) : isOver || log.seq > 0 ? (
        // What the relay says of the state comes before the log is read.
        <p class="quiet">{t('loading')}</p>
      ) : (
        <Empty title={isHostOnline ? t('task.noEvents') : t('task.noEventsOffline')} />
      )}
      {!isOver && (
        <Composer
          replies={repliesFor(items)}
          isReady={isReady}
          isWorking={state === 'working'}
          onPrompt={props.onPrompt}
          onInterrupt={props.onInterrupt}
          onCancel={props.onCancel}
        />
      )}
    </>
  )
}
