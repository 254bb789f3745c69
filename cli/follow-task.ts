import type { Device } from '#client/open-device.ts'
import type { Unread } from '#client/watch-task.ts'
import type { Output } from './output.ts'
import { showEvent } from './show-event.ts'
import { readTeamNames } from './team-names.ts'
import type { Outcome, World } from './verb.ts'

const wordsOf = (unread: Unread): string =>
  unread.is === 'newer'
    ? `${unread.count} things here are newer than this program: update it`
    : `something here can’t be read and was left out (${unread.code})`

/** Shows a task's log until it ends. Success only for `completed`. */
export async function followTask(device: Device, { stop }: World, output: Output, taskId: string): Promise<Outcome> {
  const names = await readTeamNames(device.context, output)
  device.connect()
  const ended = await device.watchTask({
    taskId,
    signal: stop,
    onEvents(events, seq, unread) {
      for (const event of events) {
        const { type, ...fields } = event
        output.fact(type, { task: taskId, seq, ...fields }, showEvent(event, names))
      }
      if (unread) output.fact('unread', { task: taskId, seq, ...unread }, wordsOf(unread))
    },
  })
  if (!ended.ok) return ended
  return ended.value === 'completed' ? null : 'unsuccessful'
}
