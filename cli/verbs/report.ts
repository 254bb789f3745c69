import { limits } from '#protocol/limits.ts'
import { answerApproval } from '../answer.ts'
import { textOption, waitOption } from '../options.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign report ID`. */
export const addReport: AddVerb = (program, run) => {
  program
    .command('report')
    .description(
      'refuse one operation as one that should never have been asked: its session asks nothing more until somebody resumes it',
    )
    .argument('<id>', 'id of the approval, see: countersign approvals')
    .addOption(textOption('--reason <text>', 'why; the whole team sees it', limits.reasonChars))
    .addOption(waitOption())
    .option('--json', 'one JSON object a line')
    .action((id: string, options: { reason?: string; wait: number }, command) =>
      run(command, (world, output) =>
        answerApproval(world, output, {
          id,
          answer: 'report',
          waitMs: options.wait * 1_000,
          ...(options.reason === undefined ? {} : { reason: options.reason }),
        }),
      ),
    )
}
