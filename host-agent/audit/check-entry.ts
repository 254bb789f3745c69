import type * as z from 'zod/mini'
import { hostIdOf } from '#protocol/ids.ts'
import { Approval } from '#protocol/statements/approval.ts'
import { Decision } from '#protocol/statements/decision.ts'
import { Receipt } from '#protocol/statements/receipt.ts'
import { type Typ, typ } from '#protocol/statements/typ.ts'
import { requestHash } from '#trust/approval.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { parseJws, verifySignature } from '#trust/jws.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { JournalEntry } from '../journal-entry.ts'
import type { AuditFault } from './audit-report.ts'

/** What an auditor has to remember of an approval to judge its later entries. */
type Known = {
  digest: string
  request: string | null
  answers: Set<string>
  consumed: string | null
  result: boolean
  settled: boolean
}

export type EntryChecker = {
  /** Null when the entry fits all that went before it. */
  check(entry: JournalEntry): Promise<Omit<AuditFault, 'line'> | null>
  statements(): { verified: number; ofEarlierTeams: number }
}

type Fault = Omit<AuditFault, 'line'>
const fault = (what: Fault['what'], detail: string): Fault => ({ what, detail })

/** Checks entries in their order: what was signed, by whom, and that nothing was released without an accepted decision, or twice. `team` null: no statement can be verified. */
export function createEntryChecker(c: CryptoPort, team: TeamState | null): EntryChecker {
  const approvals = new Map<string, Known>()
  const statements = { verified: 0, ofEarlierTeams: 0 }

  /** The payload of a statement by a key of the team; `foreign` when it is of another team. */
  async function read<T>(jws: string, kind: Typ, schema: z.ZodMiniType<T>, teamOf: (value: T) => string) {
    const parsed = parseJws(jws)
    const value = parsed.ok && parsed.value.header.typ === kind ? schema.safeParse(parsed.value.payload) : null
    if (!parsed.ok || !value?.success) return null
    if (teamOf(value.data) !== team?.teamId) {
      statements.ofEarlierTeams += 1
      return { value: value.data, kid: null }
    }
    const { kid } = parsed.value.header
    const key = team.keys.get(kid)
    if (!key || !(await verifySignature(c, key.keys.sign, parsed.value))) return null
    statements.verified += 1
    return { value: value.data, kid }
  }

  async function pending(entry: Extract<JournalEntry, { type: 'pending' }>): Promise<Fault | null> {
    if (approvals.has(entry.approvalId)) return fault('order', `${entry.approvalId} is asked twice`)
    const known: Known = {
      digest: entry.digest,
      request: null,
      answers: new Set(),
      consumed: null,
      result: false,
      settled: false,
    }
    approvals.set(entry.approvalId, known)
    const approval = await read(entry.approval, typ.approval, Approval, ({ aud }) => aud)
    const own = approval && (approval.kid === null || hostIdOf(approval.kid) === approval.value.host)
    if (!own || approval.value.id !== entry.approvalId || approval.value.digest !== entry.digest)
      return fault('statement', `the approval of ${entry.approvalId}`)
    known.request = await requestHash(c, entry.approval)
    return null
  }

  /** A decision that was kept unjudged may be anything; it only counts when it verifies. */
  async function decision(entry: Extract<JournalEntry, { type: 'decision' }>): Promise<Fault | null> {
    const known = approvals.get(entry.approvalId)
    if (!known) return fault('order', `a decision about ${entry.approvalId}, which was never asked`)
    if (entry.code !== null) return null
    const read_ = await read(entry.decision, typ.decision, Decision, (value) => value.team)
    if (!read_) return null
    const { value, kid } = read_
    const bound =
      value.approval === entry.approvalId && value.digest === known.digest && value.request === known.request
    if (bound && (kid === null || kid === value.device)) known.answers.add(value.answer)
    return null
  }

  async function settled(entry: Extract<JournalEntry, { type: 'settled' }>): Promise<Fault | null> {
    const known = approvals.get(entry.approvalId)
    if (!known) return fault('order', `a receipt for ${entry.approvalId}, which was never asked`)
    if (known.settled) return fault('order', `${entry.approvalId} is settled twice`)
    known.settled = true
    if (entry.outcome === 'released' && known.consumed !== 'approve')
      return fault('order', `${entry.approvalId} is released without CONSUME`)
    const receipt = await read(entry.receipt, typ.receipt, Receipt, ({ aud }) => aud)
    const fits = receipt && receipt.value.approval === entry.approvalId && receipt.value.outcome === entry.outcome
    return fits ? null : fault('statement', `the receipt of ${entry.approvalId}`)
  }

  function consume(entry: Extract<JournalEntry, { type: 'consume' }>): Fault | null {
    const known = approvals.get(entry.approvalId)
    if (!known) return fault('order', `${entry.approvalId} is consumed and was never asked`)
    if (known.consumed !== null) return fault('order', `${entry.approvalId} is consumed twice`)
    known.consumed = entry.answer
    if (known.settled) return fault('order', `${entry.approvalId} is consumed after it was settled`)
    if (!known.answers.has(entry.answer) || known.digest !== entry.digest)
      return fault('order', `${entry.approvalId} is consumed without a decision that says ${entry.answer}`)
    return null
  }

  function result(entry: Extract<JournalEntry, { type: 'result' }>): Fault | null {
    const known = approvals.get(entry.approvalId)
    if (known?.consumed !== 'approve') return fault('order', `${entry.approvalId} has a result and was not released`)
    if (known.result) return fault('order', `${entry.approvalId} has two results`)
    known.result = true
    return null
  }

  return {
    statements: () => statements,
    async check(entry) {
      switch (entry.type) {
        case 'pending':
          return pending(entry)
        case 'decision':
          return decision(entry)
        case 'consume':
          return consume(entry)
        case 'result':
          return result(entry)
        case 'settled':
          return settled(entry)
        default:
          return null
      }
    },
  }
}
