import { InvalidArgumentError, Option } from 'commander'
import { listWitnesses } from '#client/witness.ts'
import { readNames } from '#host-agent/audit/read-names.ts'
import { verifyAudit } from '#host-agent/audit/verify-audit.ts'
import { AuditHead } from '#protocol/statements/audit-head.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { auditChain } from '../audit-chain.ts'
import { existingStore } from '../existing-store.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign audit verify`: finds any edit, deletion or reorder in the chain and, against what devices have witnessed, a cut or a rollback. */
export const addAuditVerify: AddVerb = (audit, run) => {
  audit
    .command('verify')
    .description('verify this host’s log: every hash, every signature, the order, and what devices have seen of it')
    .addOption(
      new Option('--witness <number:hash>', 'what a device has seen: countersign audit witness, or the app’s host page')
        .argParser(readWitness)
        .default([] as AuditHead[], 'what this machine’s own device has seen'),
    )
    .option('--json', 'one JSON object a line')
    .action((options: { witness: AuditHead[] }, command) =>
      run(command, async ({ home }, output) => {
        const chain = auditChain(home)
        if (!chain.ok) return chain
        const names = await readNames(nodeCrypto, home.host)
        const store = existingStore(home)
        const own = store ? (await listWitnesses(store)).filter(({ host }) => host === names?.hostId) : []
        const witnesses = [...options.witness, ...own.flatMap(({ seen }) => seen)]
        const { team = null, origin = null } = names ?? {}
        const report = await verifyAudit(nodeCrypto, { path: chain.path, team, origin, witnesses })
        for (const { line, what, detail } of report.faults)
          output.fact('fault', { line, what, detail }, `line ${line}: ${what}: ${detail}`)
        const { entries, head, statements, witnessed, faults } = report
        const whole = faults.length === 0
        const seen = witnessed > 0 ? `${witnessed} witnessed` : 'no witness: a cut end can’t be seen'
        output.fact(
          'audit',
          { whole, entries, head, statements, witnessed, faults: faults.length },
          `${whole ? '✓ whole' : '✗ not whole'}: ${entries} entries, ${statements.verified} signatures, ${seen}${head ? `, head ${head.n}:${head.hash}` : ''}`,
        )
        return whole ? null : 'unsuccessful'
      }),
    )
}

function readWitness(text: string, before: AuditHead[]): AuditHead[] {
  const [n, hash] = text.split(':')
  const read = AuditHead.safeParse({ n: /^\d+$/.test(n ?? '') ? Number(n) : -1, hash })
  if (!read.success) throw new InvalidArgumentError('It has to be NUMBER:HASH, as countersign audit witness prints it.')
  return [...before, read.data]
}
