import type { Device } from '#client/open-device.ts'
import { followTask } from '../follow-task.ts'
import type { Output } from '../output.ts'
import { showEvent } from '../show-event.ts'
import { readTeamNames } from '../team-names.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb, Outcome } from '../verb.ts'

/** `countersign show TASK`: its log so far; with `--follow` until it ends, and success only for `completed`. */
export const addShow: AddVerb = (program, run) => {
  program
    .command('show')
    .description('show a task’s log so far')
    .argument('<task>', 'its id, see: countersign tasks')
    .option('--follow', 'go on until the task ends; exit code 0 only when it is completed')
    .option('--json', 'one JSON object a line')
    .action((taskId: string, { follow }: { follow?: boolean }, command) =>
      run(command, (world, output) =>
        asDevice(world.home, (device) =>
          follow ? followTask(device, world, output, taskId) : showSoFar(device, output, taskId),
        ),
      ),
    )
}

/** Read once, without a connection: what is at the relay now. */
async function showSoFar(device: Device, output: Output, taskId: string): Promise<Outcome> {
  const names = await readTeamNames(device.context, output)
  const caughtUp = new AbortController()
  const read = await device.watchTask({
    taskId,
    signal: caughtUp.signal,
    onCaughtUp: () => caughtUp.abort(),
    onEvents(events, seq) {
      for (const event of events) {
        const { type, ...fields } = event
        output.fact(type, { task: taskId, seq, ...fields }, showEvent(event, names))
      }
    },
  })
  return read.ok ? null : read
}
