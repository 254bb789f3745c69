import { exportLine } from '#host-agent/audit/export-line.ts'
import { readLines } from '#host-agent/audit/read-lines.ts'
import { auditChain } from '../audit-chain.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign audit export`: the whole chain as JSON Lines, statements taken apart, keys left out. */
export const addAuditExport: AddVerb = (audit, run) => {
  audit
    .command('export')
    .description('write the whole log as JSON Lines, keys left out')
    .option('--json', 'the same: it is always one JSON object a line')
    .action((_options, command) =>
      run(command, async ({ home }, output) => {
        const chain = auditChain(home)
        if (!chain.ok) return chain
        for await (const { bytes } of readLines(chain.path)) {
          const { type, ...fields } = exportLine(bytes)
          const event = String(type)
          output.fact(event, fields, JSON.stringify({ event, ...fields }))
        }
        return null
      }),
    )
}
