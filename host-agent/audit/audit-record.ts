import type * as z from 'zod/mini'
import { Approval } from '#protocol/statements/approval.ts'
import { type Answer, Decision } from '#protocol/statements/decision.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { headerOf, parseJws } from '#trust/jws.ts'
import type { JournalLine } from '../journal/journal-entry.ts'
import { parseLine } from './parse-line.ts'
import { readLines } from './read-lines.ts'

export type AuditDecision = {
  device: string
  answer: z.infer<typeof Answer> | null
  reason?: string
  /** When the device signed, by its own clock; when it came in, by the host's. */
  signedAt: number | null
  at: number
  /** Where the operation was shown, and whether all of it was. */
  shown: Decision['shown'] | null
  scope: Decision['scope'] | null
  /** Why it was not accepted; null: it was, or the approval was over before it was judged. */
  code: string | null
}

/** Who approved this, on which device, having seen what, under which rule, and what happened: all that the chain says about one approval. */
export type AuditRecord = {
  approval: string
  task: string | null
  host: string
  project: string
  askedAt: number
  expiresAt: number
  operation: Operation
  digest: string
  /** What it took: the policy by its hash, and what it asked for. */
  /** `number`: the rule that asked, counted from 1; null: none matched, or the host itself asks. */
  rule: { number: number | null } & Pick<
    Approval,
    'policyHash' | 'tier' | 'quorum' | 'gesture' | 'scopes' | 'trustHead'
  >
  decisions: AuditDecision[]
  consumedAt: number | null
  /** The receipt's; null while it is open. */
  outcome: string | null
  settledAt: number | null
  result: { outcome: string; exitCode: number | null; at: number } | null
}

/** Reads the journal and tells every approval that `wanted` takes, oldest first. What can't be read is left out: `verifyAudit` says where. */
export async function readRecords(path: string, wanted: (approval: Approval) => boolean): Promise<AuditRecord[]> {
  const records = new Map<string, AuditRecord>()
  /** Which rule asks about a digest, until it is asked. */
  const rules = new Map<string, number | null>()
  for await (const { bytes } of readLines(path)) {
    const line = parseLine(bytes)
    if (line) addLine(records, rules, line, wanted)
  }
  return [...records.values()]
}

function addLine(
  records: Map<string, AuditRecord>,
  rules: Map<string, number | null>,
  { entry, at }: JournalLine,
  wanted: (approval: Approval) => boolean,
): void {
  if (entry.type === 'verdict' && entry.verdict === 'ask') rules.set(entry.digest, entry.rule)
  if (entry.type === 'pending') {
    const approval = payloadOf(entry.approval, Approval)
    if (approval && wanted(approval))
      records.set(approval.id, newRecord(approval, at, rules.get(approval.digest) ?? null))
    rules.delete(entry.digest)
    return
  }
  const record = 'approvalId' in entry ? records.get(entry.approvalId) : undefined
  if (!record) return
  if (entry.type === 'decision') record.decisions.push(decisionOf(entry, at))
  else if (entry.type === 'consume') record.consumedAt = at
  else if (entry.type === 'result') record.result = { outcome: entry.outcome, exitCode: entry.exitCode, at }
  else if (entry.type === 'settled') {
    record.outcome = entry.outcome
    record.settledAt = at
  }
}

function newRecord(approval: Approval, at: number, number: number | null): AuditRecord {
  const { id, task, host, project, expiresAt, operation, digest } = approval
  const { policyHash, tier, quorum, gesture, scopes, trustHead } = approval
  return {
    approval: id,
    task,
    host,
    project,
    askedAt: at,
    expiresAt,
    operation,
    digest,
    rule: { number, policyHash, tier, quorum, gesture, scopes, trustHead },
    decisions: [],
    consumedAt: null,
    outcome: null,
    settledAt: null,
    result: null,
  }
}

function decisionOf(entry: { device: string; decision: string; code: string | null }, at: number): AuditDecision {
  const said = payloadOf(entry.decision, Decision)
  const signer = headerOf(entry.decision)
  return {
    device: signer.ok ? signer.value.kid : entry.device,
    answer: said?.answer ?? null,
    ...(said?.reason === undefined ? {} : { reason: said.reason }),
    signedAt: said?.iat ?? null,
    at,
    shown: said?.shown ?? null,
    scope: said?.scope ?? null,
    code: entry.code,
  }
}

function payloadOf<T>(jws: string, schema: z.ZodMiniType<T>): T | null {
  const parsed = parseJws(jws)
  return parsed.ok ? (schema.safeParse(parsed.value.payload).data ?? null) : null
}
