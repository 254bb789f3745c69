import { answerApproval } from './answer.ts'
import { textOption, waitOption } from './options.ts'
import type { AddVerb } from './verb.ts'

/** `countersign approve ID`. */
export const addApprove: AddVerb = (program, run) => {
  program
    .command('approve')
    .description('release one operation, exactly as it is shown')
    .argument('<id>', 'id of the approval, see: countersign approvals')
    .addOption(textOption('--code <digits>', 'the code that the host shows, where the approval asks for one', 6))
    .addOption(waitOption())
    .option('--json', 'one JSON object a line')
    .action((id: string, options: { wait: number; code?: string }, command) =>
      run(command, (world, output) =>
        answerApproval(world, output, {
          id,
          answer: 'approve',
          waitMs: options.wait * 1_000,
          ...(options.code === undefined ? {} : { code: options.code }),
        }),
      ),
    )
}
