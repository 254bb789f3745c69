import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import { readLines } from '#host-agent/audit/read-lines.ts'
import { verifyAudit } from '#host-agent/audit/verify-audit.ts'
import type { JournalEntry } from '#host-agent/journal/journal-entry.ts'
import { hashLine } from '#host-agent/journal/journal-reader.ts'
import { hostIdOf, newId } from '#protocol/ids.ts'
import { makeApproval } from '#trust/approval.ts'
import { makeDecision } from '#trust/decision.ts'
import { generateKeys, type KeyPair } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { makeReceipt } from '#trust/receipt.ts'
import { makeAddHost, makeGenesis, readLog, type TeamState } from '#trust/trust-log.ts'
import { type Figure, figure } from './figure.ts'
import { deletion, must } from './verify-decision.ts'

const entries = 1_000_000
/** Of each hundred entries, five belong to an approval that was released; the others are the policy's own verdicts. */
const hundred = 100

/** The whole chain of a busy host, every signature in it: `countersign audit verify`. The floor: reading the same file and hashing its lines. */
export async function auditVerify(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-audit-'))
  const path = join(folder, 'journal.jsonl')
  try {
    const { team, head } = await writeJournal(path)
    const floor = await seconds(async () => {
      for await (const { bytes } of readLines(path)) createHash('sha256').update(bytes).digest()
    })
    const spent = await seconds(async () => {
      const report = await verifyAudit(nodeCrypto, { path, team, origin: null, witnesses: [head] })
      if (report.entries !== entries || report.faults.length > 0 || report.witnessed !== 1)
        throw new Error(`not whole: ${JSON.stringify(report)}`)
    })
    return [figure('auditVerifySeconds', spent, 's', floor)]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1_000
}

async function writeJournal(path: string) {
  const [device, host] = await Promise.all([0, 1].map(() => generateKeys(nodeCrypto, { extractable: true })))
  if (!device || !host) throw new Error('no keys')
  const now = Date.now()
  const genesis = await makeGenesis(nodeCrypto, device, { person: newId('per', now), now })
  const founded = must(await readLog(nodeCrypto, [genesis]))
  const added = await makeAddHost(nodeCrypto, device, founded, { host: host.keys, now })
  const team = must(await readLog(nodeCrypto, [genesis, added]))
  const file = createWriteStream(path)
  let n = 0
  let prev: string | null = null
  async function append(entry: JournalEntry): Promise<void> {
    const line = canonicalize({ n, prev, at: now + n, entry }) ?? ''
    n += 1
    prev = hashLine(line)
    if (!file.write(`${line}\n`)) await once(file, 'drain')
  }
  for (let round = 0; n < entries; round += 1) {
    for (const entry of await approvalEntries(team, host, device, now, round)) await append(entry)
    while (n % hundred !== 0) await append(verdict(hostIdOf(host.keys.kid), now, n))
  }
  file.end()
  await once(file, 'finish')
  if (prev === null) throw new Error('empty')
  return { team, head: { n: n - 1, hash: prev } }
}

/** As the gate writes it: with the whole operation, so that another policy can be asked the same. */
const verdict = (host: string, now: number, n: number): JournalEntry => ({
  type: 'verdict',
  taskId: newId('tsk', now),
  digest: createHash('sha256').update(String(n)).digest('base64url'),
  verdict: 'allow',
  rule: 3,
  tier: 1,
  policyHash: 'p'.repeat(43),
  asked: { operation: deletion(host, n), agent: 'bench', project: '/project', branch: 'main' },
})

async function approvalEntries(team: TeamState, host: KeyPair, device: KeyPair, now: number, round: number) {
  const task = newId('tsk', now)
  const { approval, jws } = must(
    await makeApproval(nodeCrypto, host, {
      id: newId('apr', now),
      aud: team.teamId,
      task,
      operation: deletion(hostIdOf(host.keys.kid), round),
      quorum: { persons: 1 },
      gesture: 'tap',
      iat: now,
      expiresAt: now + 3_600_000,
      releaseBy: now + 7_200_000,
      scopes: ['once'],
      policyHash: 'p'.repeat(43),
      trustHead: team.head,
      project: 'bench',
    }),
  )
  const { id: approvalId, digest } = approval
  const shown = { where: 'app', whole: true } as const
  const toDecide = { id: newId('dec', now), approval, approvalJws: jws, answer: 'approve', shown, now } as const
  const decision = await makeDecision(nodeCrypto, device, { ...toDecide, trustHead: team.head })
  const said = { aud: team.teamId, approval: approvalId, task, digest, outcome: 'released', decisions: [] } as const
  const receipt = await makeReceipt(nodeCrypto, host, { ...said, decisions: [], at: now })
  // As large as what the relay gets of a short command.
  const body = JSON.stringify({ sealed: 'x'.repeat(6_000) })
  return [
    { type: 'pending', approvalId, taskId: task, digest, approval: jws, body },
    { type: 'decision', approvalId, device: device.keys.kid, decision, code: null },
    { type: 'consume', approvalId, digest, answer: 'approve' },
    { type: 'settled', approvalId, outcome: 'released', receipt, body },
    { type: 'result', approvalId, outcome: 'executed', exitCode: 0 },
  ] satisfies JournalEntry[]
}
