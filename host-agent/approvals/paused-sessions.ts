import type { HostStatus } from '#protocol/statements/status.ts'
import type { Memory } from '../journal/memory.ts'

/** Sessions that no task was asked for and that are paused, newest first, as devices are told of them: a task's own page says it of a task. */
export function pausedSessions({ pauses, tasks, approvals }: Memory): Pick<HostStatus, 'paused'> {
  const all = [...pauses].filter(([session, { paused }]) => paused && !tasks.has(session))
  const paused = all
    .toSorted(([, one], [, other]) => other.at - one.at)
    .slice(0, 20)
    .map(([session, { at }]) => {
      const last = [...approvals.values()].findLast((asked) => asked.session === session)?.approval
      return { session, agent: last?.operation.driver ?? '', project: last?.project ?? '', at }
    })
  return paused.length > 0 ? { paused } : {}
}
