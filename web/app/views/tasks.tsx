import type { HostSummary } from '#client/list-hosts.ts'
import type { TaskSummary } from '#client/list-tasks.ts'
import { t } from '../../texts/all-texts.ts'
import { Icon } from '../parts/icon.tsx'
import { Empty } from '../parts/layout.tsx'
import { hostNameOf } from './host-name.ts'
import { TaskCard } from './task-card.tsx'

export type TasksProps = { tasks: readonly TaskSummary[]; hosts: readonly HostSummary[]; now: number }

export function TasksView({ tasks, hosts, now }: TasksProps) {
  if (tasks.length === 0) {
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
      {tasks.map((task) => (
        <TaskCard key={task.head.id} task={task} hostName={hostNameOf(hosts, task.head.hostId)} now={now} />
      ))}
    </div>
  )
}
