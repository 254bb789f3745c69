import { tellTask } from '../tell-task.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign interrupt TASK`. */
export const addInterrupt: AddVerb = (program, run) => {
  program
    .command('interrupt')
    .description('end the present turn of a task’s agent; the agent stays')
    .argument('<task>', 'its id, see: countersign tasks')
    .option('--json', 'one JSON object a line')
    .action((taskId: string, _options, command) =>
      run(command, (world, output) => tellTask(world, output, { taskId, kind: 'interrupt' })),
    )
}
