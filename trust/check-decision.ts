import type { ErrorCode, Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import { Decision } from '#protocol/statements/decision.ts'
import type { Assertion, Passkey } from '#protocol/statements/passkey.ts'
import type { Lease, TrustHead } from '#protocol/statements/trust-entry.ts'
import { typ } from '#protocol/statements/typ.ts'
import { releaseUntil, requestHash } from './approval.ts'
import type { CryptoPort } from './crypto.ts'
import { answersFit } from './form-answers.ts'
import { gestureFor, includesGesture, passkeyChallenge, wasRead } from './gesture.ts'
import { hashOf } from './hash.ts'
import type { ParsedJws } from './jws.ts'
import { parseJws, verifySignature } from './jws.ts'
import { leaseUntil } from './lease.ts'
import { isAsked, isEnough } from './quorum.ts'
import { ruleFits } from './standing-rule.ts'
import type { TeamKey, TeamState } from './trust-log.ts'

/** Characters of a decision's JWS: a reason of 500 characters, an AddDevice entry, and room. */
const MAX_CHARS = 12_000

export type DecisionToCheck = {
  decisionJws: string
  approvalJws: string
  approval: Approval
  /** Digest of the operation, recomputed now from the call that still waits; null when no call waits for it any more. */
  digestNow: string | null
  team: TeamState
  leases: readonly Lease[]
  /** This host's id. */
  me: string
  /** Whether the approval is pending at the host. */
  open: boolean
  /** Persons whose approval of this request was accepted before. */
  personsSoFar: readonly string[]
  /** Wall clock, epoch milliseconds. */
  now: number
  /** Milliseconds since it was asked, for sure: by a clock that nobody can set back. */
  elapsed: number
  /** Whether files, folder and program are still what was shown. Asked last, and only for an approval. */
  fresh(): Promise<boolean>
  /** The digits that the host shows for this approval; null: it shows none, so that none is right. */
  code: string | null
  /**
   * Whether an authenticator with this credential has verified its person for this challenge (base64url), on the app's own origin. Web Authentication Level 3, section 7.2.
   */
  verifyPasskey(assertion: Assertion, challenge: string, passkey: Passkey): Promise<boolean>
}

/** `complete`: with this one there are enough persons. A denial or report is always complete. */
export type AcceptedDecision = { decision: Decision; person: string; complete: boolean }

type Checking = DecisionToCheck & { c: CryptoPort; parsed: ParsedJws; decision: Decision; key: TeamKey }
type Check = readonly [code: ErrorCode, holds: (x: Checking) => boolean | Promise<boolean>]

const approves = ({ decision }: Checking): boolean => decision.answer === 'approve'
const rightsOf = ({ key }: Checking) => key.rights

/**
 * Everything the host checks of a decision once it is read and its key found, in this order (trust.md); the first that does not hold gives the code. A denial or a
 * report needs all of it but the gesture, the quorum and the files: no is always possible from who may say yes.
 */
export const checks: readonly Check[] = [
  ['decision_key_removed', ({ key }) => key.removedAt === null],
  ['decision_lease_expired', ({ team, leases, key, now }) => now <= leaseUntil(team, leases, key.keys.kid)],
  ['decision_role_refused', mayDecide],
  ['decision_signature', ({ c, key, parsed }) => verifySignature(c, key.keys.sign, parsed)],
  ['decision_other_log', async ({ c, decision, team }) => isOnLog(c, team, decision.trustHead)],
  ['trust_log_behind', ({ decision, team }) => decision.trustHead.n < team.entries.length],
  [
    'decision_wrong_host',
    ({ decision, me, team, approval, key }) =>
      decision.aud === me && decision.team === team.teamId && decision.device === key.keys.kid && approval.host === me,
  ],
  ['decision_not_open', ({ decision, approval, open }) => open && decision.approval === approval.id],
  [
    'decision_request_mismatch',
    async ({ c, decision, approvalJws }) => decision.request === (await requestHash(c, approvalJws)),
  ],
  [
    'decision_digest_mismatch',
    ({ decision, approval, digestNow }) => decision.digest === approval.digest && digestNow === approval.digest,
  ],
  ['decision_nonce', ({ decision, approval }) => decision.nonce === approval.nonce],
  ['decision_scope_refused', ({ decision, approval }) => ruleFits(approval, decision)],
  ['clock_wrong', (x) => !approves(x) || !isBeforeAsked(x.decision.iat, x.approval)],
  ['decision_expired', intime],
  ['decision_gesture', (x) => !approves(x) || includesGesture(x.decision.gesture ?? 'tap', gestureFor(x.approval))],
  ['decision_unread', (x) => !approves(x) || wasRead(x.approval, x.decision.shown)],
  ['decision_code', (x) => !approves(x) || gestureFor(x.approval) !== 'code' || rightCode(x)],
  ['decision_passkey', (x) => !approves(x) || gestureFor(x.approval) !== 'passkey' || verified(x)],
  ['decision_answers', ({ approval, decision }) => answersFit(approval.operation, decision)],
  ['decision_requester', (x) => !approves(x) || rightsOf(x)?.person !== x.approval.quorum.without],
  ['decision_not_asked', (x) => !approves(x) || isAsked(x.approval, rightsOf(x)?.person ?? '', x.now)],
  ['decision_quorum_duplicate', (x) => !approves(x) || !x.personsSoFar.includes(rightsOf(x)?.person ?? '')],
  ['decision_stale', (x) => !approves(x) || x.fresh()],
]

type Deciding = Pick<Checking, 'key' | 'me'> & { approval: Pick<Approval, 'tier' | 'operation'> }

/** Whether the device's role, hosts and tier are enough to decide this at the host `me`. */
export function mayDecide({ approval, key: { rights }, me }: Deciding): boolean {
  if (!rights || rights.role === 'viewer' || rights.maxTier < approval.tier) return false
  if (rights.hosts !== '*' && !rights.hosts.includes(me)) return false
  // Only an owner admits a newcomer: the entry that goes along is judged by the trust log besides.
  return approval.operation.kind !== 'add-device' || rights.role === 'owner'
}

/** Whether a head lies on this log, as far as the log goes. What is behind it is fine: the key was found in the log as it is now. */
async function isOnLog(c: CryptoPort, { head, entries }: TeamState, { n, hash }: TrustHead): Promise<boolean> {
  const entry = entries[n]
  if (entry === undefined) return true
  return hash === (n === head.n ? head.hash : await hashOf(c, 'entry', entry))
}

const rightCode = ({ decision, code }: Checking): boolean => code !== null && decision.code === code

async function verified({ c, decision, key, verifyPasskey }: Checking): Promise<boolean> {
  const { passkey: assertion } = decision
  if (!assertion || !key.passkey || assertion.id !== key.passkey.id) return false
  return verifyPasskey(assertion, await passkeyChallenge(c, decision), key.passkey)
}

/** Nobody approves before it was asked: a clock says so that would also let a late tap pass as one in time. */
export const isBeforeAsked = (at: number, { iat }: Pick<Approval, 'iat'>): boolean => at < iat - limits.clockSkewMs

/** The tap has to be in time by the device's word and the request's, the release soon enough after it by the host's own clocks. */
function intime(x: Checking): boolean {
  const { decision, approval, now, elapsed } = x
  const tapped = decision.iat <= approval.expiresAt && decision.exp <= approval.releaseBy
  const until = approves(x) ? releaseUntil(approval, decision.iat) : approval.releaseBy
  const byWall = now <= decision.exp && now <= until
  const byMonotonic = elapsed <= until - approval.iat
  return tapped && byWall && byMonotonic
}

/**
 * Whether a decision may release, deny or report. Reads it strictly (size, form, algorithm, unknown fields), finds its key in the trust log, then runs `checks`.
 * Error: the code of the first check that does not hold. Whoever accepts the result writes CONSUME before anything runs.
 */
export async function checkDecision(c: CryptoPort, input: DecisionToCheck): Promise<Result<AcceptedDecision>> {
  if (input.decisionJws.length > MAX_CHARS) return refused('decision_too_large')
  const parsed = parseJws(input.decisionJws)
  if (!parsed.ok) return refused(parsed.why === 'algorithm' ? 'decision_algorithm' : 'decision_malformed')
  const { header, payload } = parsed.value
  if (header.typ !== typ.decision || header.jwk) return refused('decision_algorithm')
  const read = Decision.safeParse(payload)
  if (!read.success) return refused('decision_malformed')
  const key = input.team.keys.get(header.kid)
  if (key?.kind !== 'device') return refused('decision_key_unknown')
  const checking: Checking = { ...input, c, parsed: parsed.value, decision: read.data, key }
  for (const [code, holds] of checks) if (!(await holds(checking))) return refused(code)
  const person = key.rights?.person ?? ''
  const enough = isEnough(input.approval.quorum, [...input.personsSoFar, person])
  return ok({ decision: read.data, person, complete: read.data.answer !== 'approve' || enough })
}
