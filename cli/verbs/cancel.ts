import { tellTask } from '../tell-task.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign cancel TASK`. */
export const addCancel: AddVerb = (program, run) => {
  program
    .command('cancel')
    .description('end a task; what was changed stays')
    .argument('<task>', 'its id, see: countersign tasks')
    .option('--json', 'one JSON object a line')
    .action((taskId: string, _options, command) =>
      run(command, (world, output) => tellTask(world, output, { taskId, kind: 'cancel' })),
    )
}
