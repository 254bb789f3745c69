import type * as z from 'zod/mini'
import { hostIdOf } from '#protocol/ids.ts'
import { Approval } from '#protocol/statements/approval.ts'
import { Decision } from '#protocol/statements/decision.ts'
import { Receipt } from '#protocol/statements/receipt.ts'
import { type Typ, typ } from '#protocol/statements/typ.ts'
import { requestHash } from '#trust/approval.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { gestureFor, includesGesture, passkeyChallenge, wasRead } from '#trust/gesture.ts'
import { hashOf } from '#trust/hash.ts'
import { headerOf, parseJws, verifySignature } from '#trust/jws.ts'
import { isEnough } from '#trust/quorum.ts'
import { forkNamedBy, readEntry } from '#trust/settle-fork.ts'
import { ruleFits } from '#trust/standing-rule.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { verifyPasskey } from '../approvals/verify-passkey.ts'
import type { JournalEntry } from '../journal/journal-entry.ts'
import type { AuditFault } from './audit-report.ts'
import { createTeamThen } from './team-then.ts'

/** A device's word. `proof`: the decision whose passkey is still to be verified; null: it took none, or nobody is known any more who gave it. */
type Word = { kid: string; answer: Decision['answer']; person: string; proof: Decision | null }

/** What an auditor has to remember of an approval to judge its later entries. */
type Known = {
  digest: string
  request: string | null
  /** What was asked; null: it can't be read, or is settled. */
  approval: Approval | null
  /** Who said what: only what would count at the host. A device may have said more than once, and only one of it have counted. */
  said: Word[]
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

/**
 * Checks entries in their order: what was signed, by whom, and that nothing was released without an accepted decision, or twice. `team` null: no statement can be verified.
 * `origin`: the app's own, for journals that don't say it; null: it is unknown, and no passkey proves anything.
 */
export function createEntryChecker(c: CryptoPort, team: TeamState | null, origin: string | null): EntryChecker {
  const approvals = new Map<string, Known>()
  const then = createTeamThen(c, team)
  let appOrigin = origin
  /** Where owners chose between two branches, and which of these choices the journal says were confirmed by now. */
  const forks = (team?.entries ?? []).map(forkNamedBy).filter((fork) => fork !== null)
  const settledForks = new Set<number>()
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
      approval: null,
      said: [],
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
    known.approval = approval.value
    return null
  }

  /** A decision that was kept unjudged may be anything; it only counts when it verifies. */
  async function decision(entry: Extract<JournalEntry, { type: 'decision' }>): Promise<Fault | null> {
    const known = approvals.get(entry.approvalId)
    if (!known) return fault('order', `a decision about ${entry.approvalId}, which was never asked`)
    const signer = headerOf(entry.decision)
    if (signer.ok && signer.value.kid !== entry.device)
      return fault('statement', `the device that decided about ${entry.approvalId}`)
    if (entry.code !== null) return null
    const read_ = await read(entry.decision, typ.decision, Decision, (value) => value.team)
    if (!read_ || !known.approval) return null
    const { value, kid } = read_
    const bound =
      value.approval === entry.approvalId &&
      value.digest === known.digest &&
      value.request === known.request &&
      value.nonce === known.approval.nonce &&
      value.device === entry.device
    if (!bound || !fits(known.approval, value)) return null
    // Of an earlier team nobody is known any more: a device stands for its person.
    const key = kid === null ? null : team?.keys.get(kid)
    if (kid === null) known.said.push({ kid: entry.device, answer: value.answer, person: entry.device, proof: null })
    else if (key?.kind === 'device' && key.rights) {
      const isProof = value.answer === 'approve' && gestureFor(known.approval) === 'passkey'
      known.said.push({ kid, answer: value.answer, person: key.rights.person, proof: isProof ? value : null })
    }
    return null
  }

  /** As the host judged it: by the credential that the log stated for this device when the decision was spent. */
  async function isProven(decision: Decision): Promise<boolean> {
    const { device, passkey: assertion } = decision
    const passkey = then.team()?.keys.get(device)?.passkey
    if (!assertion || !passkey || assertion.id !== passkey.id || appOrigin === null) return false
    return verifyPasskey(appOrigin, assertion, await passkeyChallenge(c, decision), passkey)
  }

  /**
   * Of an earlier team there is nothing to compare it with: another log's entry would be told as ours only where the log ends before it. What was taken in of the branch that lost is
   * ours only as far as the log names that fork, and until the journal says that it was settled.
   */
  async function trust({ n, hash, settled }: Extract<JournalEntry, { type: 'trust' }>): Promise<Fault | null> {
    const known = team?.entries[n]
    if (settled) {
      const isChosen = (team?.entries.slice(0, n + 1) ?? []).some(
        (jws) => forkNamedBy(jws) === settled.fork && readEntry(jws)?.by === settled.by,
      )
      if (known !== undefined && !isChosen) return fault('statement', `the settlement of the fork at ${settled.fork}`)
      settledForks.add(settled.fork)
    }
    const isOurs = known === undefined || (await hashOf(c, 'entry', known)) === hash
    const parted = isOurs ? undefined : forks.find((fork) => fork <= n && !settledForks.has(fork))
    await then.reached(parted === undefined ? n : parted - 1)
    return isOurs || parted !== undefined ? null : fault('statement', `entry ${n} of the trust log`)
  }

  async function settled(entry: Extract<JournalEntry, { type: 'settled' }>): Promise<Fault | null> {
    const known = approvals.get(entry.approvalId)
    if (!known) return fault('order', `a receipt for ${entry.approvalId}, which was never asked`)
    if (known.settled) return fault('order', `${entry.approvalId} is settled twice`)
    known.settled = true
    known.approval = null
    known.said = []
    if (entry.outcome === 'released' && known.consumed !== 'approve')
      return fault('order', `${entry.approvalId} is released without CONSUME`)
    const receipt = await read(entry.receipt, typ.receipt, Receipt, ({ aud }) => aud)
    const fits = receipt && receipt.value.approval === entry.approvalId && receipt.value.outcome === entry.outcome
    return fits ? null : fault('statement', `the receipt of ${entry.approvalId}`)
  }

  async function consume(entry: Extract<JournalEntry, { type: 'consume' }>): Promise<Fault | null> {
    const known = approvals.get(entry.approvalId)
    if (!known) return fault('order', `${entry.approvalId} is consumed and was never asked`)
    if (known.consumed !== null) return fault('order', `${entry.approvalId} is consumed twice`)
    known.consumed = entry.answer
    if (known.settled) return fault('order', `${entry.approvalId} is consumed after it was settled`)
    if (!isCarried(known, entry) || known.digest !== entry.digest)
      return fault('order', `${entry.approvalId} is consumed without enough decisions that say ${entry.answer}`)
    const proven = await Promise.all(known.said.map(async ({ proof }) => proof === null || isProven(proof)))
    known.said = known.said.filter((_, at) => proven[at])
    return isCarried(known, entry) ? null : fault('statement', `the passkey that approved ${entry.approvalId}`)
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
        case 'trust':
          return trust(entry)
        case 'opened':
          appOrigin = entry.origin ?? origin
          return null
        default:
          return null
      }
    },
  }
}

/** Whether a decision that says yes was made as far as it was asked for: scope, gesture, and what was read. A no is always possible. */
function fits(approval: Approval, decision: Decision): boolean {
  const needed = gestureFor(approval)
  const { answer, gesture = 'tap', shown, passkey, code } = decision
  if (answer !== 'approve') return true
  const isProven = (needed !== 'passkey' || passkey !== undefined) && (needed !== 'code' || code !== undefined)
  return isProven && ruleFits(approval, decision) && includesGesture(gesture, needed) && wasRead(approval, shown)
}

/** Whether these decisions spend it: one is enough to say no; to say yes all that were counted, and with them the persons and groups that were asked for. */
function isCarried(
  { approval, said }: Known,
  { answer, counted }: Extract<JournalEntry, { type: 'consume' }>,
): boolean {
  const by = said.filter(({ kid, ...word }) => word.answer === answer && (counted?.includes(kid) ?? true))
  if (answer !== 'approve') return by.length > 0
  const isWhole = counted?.every((counts) => by.some(({ kid }) => kid === counts)) ?? true
  const persons = by.map(({ person }) => person).filter((person) => person !== approval?.quorum.without)
  return approval !== null && isWhole && isEnough(approval.quorum, persons)
}
