import { tellTask } from './tell-task.ts'
import type { AddVerb } from './verb.ts'

/** `countersign resume TASK`. */
export const addResume: AddVerb = (program, run) => {
  program
    .command('resume')
    .description('let a task ask again that was paused after denials or a report')
    .argument('<task>', 'its id, see: countersign tasks')
    .option('--json', 'one JSON object a line')
    .action((taskId: string, _options, command) =>
      run(command, (world, output) => tellTask(world, output, { taskId, kind: 'resume' })),
    )
}
