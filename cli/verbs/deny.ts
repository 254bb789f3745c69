import { Option } from 'commander'
import { limits } from '#protocol/limits.ts'
import { answerApproval } from '../answer.ts'
import { textOption, waitOption } from '../options.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign deny ID`. */
export const addDeny: AddVerb = (program, run) => {
  program
    .command('deny')
    .description('refuse one operation; of a plan also a part, so that the agent plans again')
    .argument('<id>', 'id of the approval, see: countersign approvals')
    .addOption(textOption('--reason <text>', 'why; the agent is told', limits.reasonChars))
    .addOption(
      new Option('--without <item>', 'of a plan: a file or a command to leave out; say it again for each').argParser(
        (item: string, before: string[] = []) => [...before, item],
      ),
    )
    .addOption(waitOption())
    .option('--json', 'one JSON object a line')
    .action((id: string, options: { reason?: string; without?: string[]; wait: number }, command) =>
      run(command, (world, output) =>
        answerApproval(world, output, {
          id,
          answer: 'deny',
          waitMs: options.wait * 1_000,
          ...(options.reason === undefined ? {} : { reason: options.reason }),
          ...(options.without === undefined ? {} : { without: options.without }),
        }),
      ),
    )
}
