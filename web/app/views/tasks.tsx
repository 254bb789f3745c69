import type { HostSummary } from '#client/list-hosts.ts'
import type { TaskSummary } from '#client/list-tasks.ts'
import type { Post } from '#client/posts.ts'
import { t } from '../../texts/all-texts.ts'
import { Icon } from '../parts/icon.tsx'
import { Empty } from '../parts/layout.tsx'
import { hostNameOf } from './host-name.ts'
import { QueuedPost } from './queued.tsx'
import { TaskCard } from './task-card.tsx'

export type TasksProps = {
  queued: readonly Post[]
  onDrop(id: string): void
  tasks: readonly TaskSummary[]
  hosts: readonly HostSummary[]
  now: number
}

export function TasksView({ queued, onDrop, tasks, hosts, now }: TasksProps) {
  if (tasks.length === 0 && queued.length === 0) {
    return (
      <Empty title={t('tasks.none')} hint={t('tasks.noneHint')}>
        <a class="button button-primary" href="/new">
          <Icon name="plus" /> {t('waiting.newTask')}
        </a>
      </Empty>
    )
  }
  return (
    <div class="stack">
      {queued.map((post) => (
        <QueuedPost key={post.id} post={post} onDrop={onDrop} />
      ))}
      {tasks.map((task) => (
        <TaskCard key={task.head.id} task={task} hostName={hostNameOf(hosts, task.head.hostId)} now={now} />
      ))}
    </div>
  )
}
