import type { HostSummary } from '#client/list-hosts.ts'
import type { TaskSummary } from '#client/list-tasks.ts'
import { MOST_TASKS } from '#client/list-tasks.ts'
import type { Post } from '#client/posts.ts'
import { t } from '../../texts/all-texts.ts'
import type { Known } from '../model/standing.ts'
import { Icon } from '../parts/icon.tsx'
import { Nothing } from '../parts/nothing.tsx'
import { hostNameOf } from './host-name.ts'
import { QueuedPost } from './queued.tsx'
import { TaskCard } from './task-card.tsx'
import { Terminals } from './terminals.tsx'

export type TasksProps = {
  queued: readonly Post[]
  onDrop(id: string): void
  tasks: readonly TaskSummary[]
  /** Only one host is listed, so that an empty list says nothing of the others. */
  isNarrowed: boolean
  known: Known
  hosts: readonly HostSummary[]
  now: number
}

export function TasksView({ queued, onDrop, tasks, isNarrowed, known, hosts, now }: TasksProps) {
  const terminals = hosts.flatMap(({ status }) => status?.terminals ?? [])
  if (!isNarrowed && tasks.length === 0 && queued.length === 0 && terminals.length === 0) {
    return (
      <Nothing
        known={known}
        now={now}
        title={t('tasks.none')}
        hint={t('tasks.noneHint')}
        then={(when) => t('tasks.noneThen', { when })}
      >
        <a class="button button-primary" href="/new">
          <Icon name="plus" /> {t('waiting.newTask')}
        </a>
      </Nothing>
    )
  }
  return (
    <div class="stack">
      {queued.map((post) => (
        <QueuedPost key={post.id} post={post} onDrop={onDrop} />
      ))}
      {terminals.length > 0 && (
        <article class="card">
          <Terminals terminals={terminals} now={now} />
        </article>
      )}
      {tasks.map((task) => (
        <TaskCard key={task.head.id} task={task} hostName={hostNameOf(hosts, task.head.hostId)} now={now} />
      ))}
      {tasks.length >= MOST_TASKS && (
        <p class="quiet">
          {t('tasks.newest', { count: MOST_TASKS })}{' '}
          <a class="text-link" href="/history">
            {t('history.title')}
          </a>
        </p>
      )}
    </div>
  )
}
