import { limits } from '#protocol/limits.ts'
import { answerApproval } from './answer.ts'
import { textOption, waitOption } from './options.ts'
import type { AddVerb } from './verb.ts'

/** `countersign deny ID`. */
export const addDeny: AddVerb = (program, run) => {
  program
    .command('deny')
    .description('refuse one operation')
    .argument('<id>', 'id of the approval, see: countersign approvals')
    .addOption(textOption('--reason <text>', 'why; the agent is told', limits.reasonChars))
    .addOption(waitOption())
    .option('--json', 'one JSON object a line')
    .action((id: string, options: { reason?: string; wait: number }, command) =>
      run(command, (world, output) =>
        answerApproval(world, output, {
          id,
          answer: 'deny',
          waitMs: options.wait * 1_000,
          ...(options.reason === undefined ? {} : { reason: options.reason }),
        }),
      ),
    )
}
