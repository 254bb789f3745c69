import { join } from 'node:path'
import { readStatuses, statusLine, summarize } from '#host-agent/sandbox/status.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign --sandbox-status`: every sandbox of this machine's user that runs now, in one line. */
export const addSandboxStatus: AddVerb = (program, run) => {
  program
    .command('sandbox-status')
    .description('say what the sandboxes of this machine use; also as --sandbox-status')
    .option('--json', 'one JSON object a line')
    .action((_options, command) =>
      run(command, async ({ home }, output) => {
        const sandboxes = readStatuses(join(home.root, 'sandbox'))
        const summary = summarize(sandboxes)
        output.fact('sandbox', { ...summary, sandboxes }, statusLine(summary))
        return null
      }),
    )
}
