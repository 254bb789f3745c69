import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { AttachedFile } from '#client/attach.ts'
import type { Post } from '#client/posts.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import type { TaskState } from '#protocol/records.ts'
import { terminalStates } from '#protocol/records.ts'
import { t } from '../../texts/all-texts.ts'
import { relativeTime } from '../../texts/times.ts'
import { repliesFor } from '../model/quick-replies.ts'
import { shareTask } from '../model/share-text.ts'
import type { Known } from '../model/standing.ts'
import type { TaskLog } from '../model/task-log.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Broken } from '../parts/broken.tsx'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty, Notice } from '../parts/layout.tsx'
import { TabList } from '../parts/tab-list.tsx'
import { useBusy } from '../parts/use-busy.ts'
import { useEnd } from '../parts/use-end.ts'
import { Activity } from './activity.tsx'
import { Composer } from './composer.tsx'
import type { Review } from './diff.tsx'
import type { Names } from './names.ts'
import { Plan } from './plan.tsx'
import { QueuedPost } from './queued.tsx'
import { ShareButton } from './share-button.tsx'
import { TaskChanges } from './task-changes.tsx'
import { Tests } from './tests.tsx'
import { Usage } from './usage.tsx'

export type TaskProps = {
  taskId: string
  text: string
  /** What its host calls the agent. */
  agentName: string
  hostName: string
  names: Names
  isHostOnline: boolean
  /** The line that says where it runs and with which model and mode, and the way to change them. */
  choices(place: readonly string[]): ComponentChildren
  /** What can become of its changes, once it has ended. */
  ending: ComponentChildren
  /** An agent worked on it, which can go on in another task. */
  canGoOn: boolean
  /** What it asks a person before it goes on; null: nothing. */
  asked: ApprovalCard | null
  /** Which host it is of is known. */
  isReady: boolean
  log: TaskLog
  /** How far the log is true: all of it, as it was at a time, or not read yet. */
  known: Known
  now: number
  /** The host's word where there is one, else the relay's. */
  state: TaskState
  /** What was sent from here and is not at the relay. */
  queued: readonly Post[]
  onDrop(id: string): void
  review: Review
  /** Sends all comments as one instruction. */
  onReview(): Promise<void>
  onPrompt(text: string, attachments: readonly AttachedFile[]): Promise<boolean>
  onInterrupt(): Promise<void>
  onResume(): Promise<void>
  onCancel(): Promise<void>
}

export function TaskView(props: TaskProps) {
  const { text, hostName, isHostOnline, isReady, log, state, queued, review } = props
  const [tab, setTab] = useState<'activity' | 'changes'>('activity')
  const { end, isFar, toEnd } = useEnd()
  const isOver = terminalStates.has(state)
  const { title, plan, tests, testsBefore, diff, items } = log
  const isPaused = !isOver && log.paused
  return (
    <>
      <div class="headline">
        <p class="headline-text">
          <Exact text={text} lines />
        </p>
        {props.choices([title?.project.split('/').at(-1) ?? '', props.agentName, hostName].filter(Boolean))}
        {log.usage && <Usage usage={log.usage} />}
        {title?.protection === 'unprotected' && (
          <p class="protection">
            <Icon name="warning" /> {t('task.unprotected')}: {t('task.unprotectedHint')}
          </p>
        )}
      </div>
      {props.known.is === 'as-of' && (
        <Notice>{t('task.asOf', { when: relativeTime(props.known.at, props.now) })}</Notice>
      )}
      {isPaused && (
        <Notice kind="warning">
          {t('task.paused')}{' '}
          <button type="button" class="text-button" onClick={() => void props.onResume()}>
            {t('task.resume')}
          </button>
        </Notice>
      )}
      {plan && <Plan plan={plan} open={!isOver} />}
      {tests && <Tests tests={tests} before={testsBefore} />}
      <TabList<'activity' | 'changes'>
        tabs={[
          { name: 'activity', label: t('task.activity') },
          {
            name: 'changes',
            label: diff?.total ? t('task.changesCount', { count: diff.total }) : t('task.changes'),
          },
        ]}
        chosen={tab}
        onChoose={setTab}
      >
        {tab === 'changes' ? (
          <TaskChanges diff={diff} review={review} />
        ) : items.length > 0 ? (
          <Activity items={items} isLive={!isOver} names={props.names} />
        ) : queued.length > 0 ? null : isOver || log.seq > 0 ? (
          // What the relay says of the state comes before the log is read.
          <p class="quiet">{isOver && props.known.is === 'fresh' ? t('task.nothing') : t('loading')}</p>
        ) : (
          <Empty title={isHostOnline ? t('task.noEvents') : t('task.noEventsOffline')} />
        )}
        {tab === 'activity' && queued.map((post) => <QueuedPost key={post.id} post={post} onDrop={props.onDrop} />)}
      </TabList>
      <div ref={end} class="read-end" />
      {isOver && <ShareButton text={() => shareTask({ text, state, log })} />}
      {props.ending}
      {tab === 'changes' && review.comments.length > 0 ? (
        <SendReview count={review.comments.length} isOver={isOver} isReady={isReady} onReview={props.onReview} />
      ) : isOver && !props.canGoOn ? null : (
        <Composer
          taskId={props.taskId}
          replies={isOver ? [] : repliesFor(items)}
          asked={isOver ? null : props.asked}
          isReady={isReady}
          isOver={isOver}
          isWorking={state === 'working'}
          onNewest={isFar && tab === 'activity' ? toEnd : null}
          onPrompt={props.onPrompt}
          onInterrupt={props.onInterrupt}
          onCancel={props.onCancel}
        />
      )}
    </>
  )
}

type SendProps = { count: number; isOver: boolean; isReady: boolean; onReview(): Promise<void> }

function SendReview({ count, isOver, isReady, onReview }: SendProps) {
  const { busy, broken, run } = useBusy()
  return (
    <div class="answer-bar">
      <Broken when={broken} />
      {isOver && <p class="answer-foot">{t('review.newTask')}</p>}
      <button
        type="button"
        class="button button-big button-primary"
        disabled={busy || !isReady}
        onClick={() => run(onReview)}
      >
        <AnyIcon name="send" /> {t('review.send', { count })}
      </button>
    </div>
  )
}
