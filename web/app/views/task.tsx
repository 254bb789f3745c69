import { useEffect, useRef, useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import type { TaskState } from '#protocol/records.ts'
import { terminalStates } from '#protocol/records.ts'
import { t } from '../../texts/all-texts.ts'
import type { TaskLog } from '../model/task-log.ts'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty } from '../parts/layout.tsx'
import { TaskPill } from '../parts/pills.tsx'
import { Activity } from './activity.tsx'
import { Changes } from './changes.tsx'
import { Plan, Tests } from './plan.tsx'

export type TaskProps = {
  text: string
  hostName: string
  isHostOnline: boolean
  log: TaskLog
  /** The host's word where there is one, else the relay's. */
  state: TaskState
  patch: string | null
  onPrompt(text: string): Promise<boolean>
  onCancel(): Promise<void>
}

export function TaskView({ text, hostName, isHostOnline, log, state, patch, onPrompt, onCancel }: TaskProps) {
  const [tab, setTab] = useState<'activity' | 'changes'>('activity')
  const isOver = terminalStates.has(state)
  const { title, plan, tests, diff, items } = log
  return (
    <>
      <div class="headline">
        <p class="headline-text">
          <Exact text={text} lines />
        </p>
        <p class="headline-place">
          <TaskPill state={state} />
          <span>
            <Exact text={[title?.project.split('/').at(-1), title?.agent, hostName].filter(Boolean).join(' · ')} />
          </span>
        </p>
        {title?.protection === 'unprotected' && (
          <p class="protection">
            <Icon name="warning" /> {t('task.unprotected')}: {t('task.unprotectedHint')}
          </p>
        )}
      </div>
      {plan && <Plan plan={plan} open={!isOver} />}
      {tests && <Tests tests={tests} />}
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
      ) : items.length === 0 ? (
        <Empty title={isHostOnline ? t('task.noEvents') : t('task.noEventsOffline')} />
      ) : (
        <Activity items={items} />
      )}
      {tab === 'activity' && <FollowEnd count={items.length} isLive={!isOver} />}
      {!isOver && <Composer onPrompt={onPrompt} onCancel={onCancel} />}
    </>
  )
}

/** Keeps the newest in sight while one is at the end; who has scrolled up is left alone. */
function FollowEnd({ count, isLive }: { count: number; isLive: boolean }) {
  const end = useRef<HTMLDivElement>(null)
  const isNear = useRef(false)
  useEffect(() => {
    const look = () => {
      const page = document.documentElement
      isNear.current = page.scrollHeight - window.innerHeight - window.scrollY < 120
    }
    window.addEventListener('scroll', look, { passive: true })
    return () => window.removeEventListener('scroll', look)
  }, [])
  useEffect(() => {
    if (isLive && isNear.current) end.current?.scrollIntoView({ block: 'end' })
  }, [count, isLive])
  return <div ref={end} />
}

function Composer({ onPrompt, onCancel }: Pick<TaskProps, 'onPrompt' | 'onCancel'>) {
  const [words, setWords] = useState('')
  const [sure, setSure] = useState(false)
  const [busy, setBusy] = useState(false)
  const send = async (event: Event) => {
    event.preventDefault()
    if (words.trim() === '') return
    setBusy(true)
    if (await onPrompt(words.trim())) setWords('')
    setBusy(false)
  }
  return (
    <form class="answer-bar" onSubmit={send}>
      <div class="composer">
        <textarea
          rows={1}
          aria-label={t('task.followUp')}
          placeholder={t('task.followUp')}
          maxLength={limits.taskTextChars}
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <button
          type="submit"
          class="button button-primary button-round"
          disabled={busy || words.trim() === ''}
          aria-label={t('task.send')}
        >
          <Icon name="send" />
        </button>
      </div>
      {sure ? (
        <div class="sure">
          <span>{t('task.stopSure')}</span>
          <button type="button" class="button" onClick={() => setSure(false)}>
            {t('back')}
          </button>
          <button type="button" class="button button-danger" onClick={() => void onCancel().then(() => setSure(false))}>
            {t('task.stop')}
          </button>
        </div>
      ) : (
        <p class="answer-foot">
          <button type="button" class="text-button" onClick={() => setSure(true)}>
            {t('task.stop')}
          </button>
        </p>
      )}
    </form>
  )
}
