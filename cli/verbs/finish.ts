import { refused } from '#protocol/errors.ts'
import { Ending } from '#protocol/statements/task.ts'
import { followTask } from '../follow-task.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign finish`: what becomes of an ended task's changes, which are on a branch of their own. Follows it to its end. */
export const addFinish: AddVerb = (program, run) => {
  program
    .command('finish')
    .description('say what becomes of an ended task’s changes, which are apart from the project')
    .argument('<task>', 'its id, see: countersign tasks')
    .argument('<how>', 'apply (to the project’s folder), keep (the branch), push, pull-request, or discard')
    .option('--json', 'one JSON object a line')
    .action((taskId: string, wanted: string, _options, command) =>
      run(command, async (world, output) => {
        const how = Ending.safeParse(wanted)
        if (!how.success) return refused('usage', `${wanted} is none of: ${Ending.options.join(', ')}`)
        return asDevice(world.home, async (device) => {
          const task = await device.task(taskId)
          if (!task.ok) return task
          const { hostId } = task.value.head
          const text = `${how.data}: ${taskId}`
          const submitted = await device.submitTask({ hostId, text, finish: { task: taskId, how: how.data } })
          if (!submitted.ok) return submitted
          const { id, state } = submitted.value.head
          output.fact('task', { task: id, host: hostId, state }, `${id} ${state}`)
          return followTask(device, world, output, id)
        })
      }),
    )
}
