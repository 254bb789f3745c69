import type { TaskSummary } from '#client/list-tasks.ts'
import { t } from '../../texts/texts.ts'
import { relativeTime } from '../../texts/times.ts'
import { Beginning } from '../parts/beginning.tsx'
import { CardLink } from '../parts/card-link.tsx'
import { Exact } from '../parts/exact.tsx'
import { TaskPill } from '../parts/pills.tsx'

export function TaskCard({
  task: { head, text },
  hostName,
  now,
}: {
  task: TaskSummary
  hostName: string
  now: number
}) {
  return (
    <CardLink href={`/task/${head.id}`}>
      <span class="card-subject">{text === null ? t('taskSealed') : <Beginning text={text} lines />}</span>
      <span class="card-foot">
        <TaskPill state={head.state} />
        <span>
          {hostName !== '' && (
            <>
              <Exact text={hostName} /> ·{' '}
            </>
          )}
          {relativeTime(head.updatedAt, now)}
        </span>
      </span>
    </CardLink>
  )
}
