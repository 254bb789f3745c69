import * as z from 'zod/mini'
import { Policy } from '#host-agent/policy/policy.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign policy schema`: for editors, which then complete and check while somebody writes. */
export const addPolicySchema: AddVerb = (policy, run) => {
  policy
    .command('schema')
    .description('print the JSON Schema of the file, for editors: put "# yaml-language-server: $schema=FILE" above it')
    .option('--json', 'in one line')
    .action((_options, command) =>
      run(command, async (_world, output) => {
        const schema = { title: 'Countersign policy', ...z.toJSONSchema(Policy, { io: 'input' }) }
        output.fact('schema', { schema }, JSON.stringify(schema, null, 2))
        return null
      }),
    )
}
