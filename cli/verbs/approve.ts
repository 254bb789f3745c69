import { Option } from 'commander'
import { limits } from '#protocol/limits.ts'
import { Scope } from '#protocol/statements/approval.ts'
import { answerApproval } from '../answer.ts'
import { textOption, waitOption } from '../options.ts'
import type { AddVerb } from '../verb.ts'

type Options = { wait: number; reason?: string; code?: string; answer?: string[]; scope: Scope }

/** `countersign approve ID`; of a question with its answers. */
export const addApprove: AddVerb = (program, run) => {
  program
    .command('approve')
    .description('show one operation and release exactly that, this once or by --scope; or answer a question')
    .argument('<id>', 'id of the approval, see: countersign approvals')
    .addOption(textOption('--reason <text>', 'why; the whole team sees it', limits.reasonChars))
    .addOption(
      textOption(
        '--code <digits>',
        'the code that countersign code shows at the host, where the approval asks for one; else it is asked for here',
        6,
      ),
    )
    .addOption(
      new Option('--answer <field=value>', 'of a question: one field’s answer; say it again for each').argParser(
        (word: string, before: string[] = []) => [...before, word],
      ),
    )
    .addOption(
      new Option(
        '--scope <scope>',
        'once: the same is asked again; session: not in this task; rule: nor in other tasks, as often and as long as the approval offers',
      )
        .choices(Scope.options)
        .default('once'),
    )
    .addOption(waitOption())
    .option('--json', 'one JSON object a line')
    .action((id: string, options: Options, command) =>
      run(command, (world, output) =>
        answerApproval(world, output, {
          id,
          answer: 'approve',
          waitMs: options.wait * 1_000,
          scope: options.scope,
          ...(options.reason === undefined ? {} : { reason: options.reason }),
          ...(options.code === undefined ? {} : { code: options.code }),
          ...(options.answer === undefined ? {} : { answers: options.answer }),
        }),
      ),
    )
}
