import { tellTask } from '../tell-task.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign say TASK TEXT`: a word to its agent, which reads it when the present turn ends. */
export const addSay: AddVerb = (program, run) => {
  program
    .command('say')
    .description('tell a task’s agent something; it reads it when its present turn ends')
    .argument('<task>', 'its id, see: countersign tasks')
    .argument('<text...>', 'in your own words')
    .option('--json', 'one JSON object a line')
    .action((taskId: string, words: string[], _options, command) =>
      run(command, (world, output) => tellTask(world, output, { taskId, kind: 'prompt', text: words.join(' ') })),
    )
}
