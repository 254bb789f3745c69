import type { LaterPush } from '#protocol/envelope.ts'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import type { PublicKeys } from '#protocol/keys.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { PushNotice } from '#protocol/statements/notice.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { typ } from '#protocol/statements/typ.ts'
import { makeApproval } from '#trust/approval.ts'
import { fitsEnvelope, sealTo } from '#trust/envelope.ts'
import { gestureFor } from '#trust/gesture.ts'
import { signStatement } from '#trust/jws.ts'
import { sealPush } from '#trust/push.ts'
import { remindAt } from '#trust/remind-at.ts'
import { devicesOf, type TeamState } from '#trust/trust-log.ts'
import type { HostContext } from '../context.ts'
import { offerRule } from '../policy/standing-rules.ts'
import { groupOf, termsOf } from '../policy/terms.ts'
import { timesOf } from './approval-times.ts'
import type { Announcement } from './fatigue.ts'

const minute = 60_000

export type AskedApproval = {
  approval: Approval
  statement: string /** The relay request's body as JSON, without the connection. */
  body: string
}

/** Devices that may decide about operations of this tier on this host; for a newcomer, owners only. With steps, only the devices of their groups. */
export function approversOf(
  team: TeamState,
  hostId: string,
  { operation, steps }: Pick<Approval, 'operation' | 'steps'>,
): PublicKeys[] {
  return devicesOf(team)
    .filter(({ rights }) => {
      if (!rights || rights.role === 'viewer' || rights.maxTier < operation.tier) return false
      if (steps && !steps.some(({ group }) => group.persons.includes(rights.person))) return false
      if (operation.kind === 'add-device') return rights.role === 'owner'
      return rights.hosts === '*' || rights.hosts.includes(hostId)
    })
    .map(({ keys }) => keys)
}

/** Everybody of the team who may see this host reads what is asked there and what came of it; who may answer is another matter, and the smaller circle. */
export function readersOf(team: TeamState, hostId: string, asked: Pick<Approval, 'operation' | 'steps'>): PublicKeys[] {
  const see = devicesOf(team).filter(({ rights }) => rights?.hosts === '*' || rights?.hosts.includes(hostId))
  const all = [...see.map(({ keys }) => keys), ...approversOf(team, hostId, asked)]
  return [...new Map(all.map((keys) => [keys.kid, keys])).values()]
}

export type Question = {
  operation: Operation
  digest: string
  taskId: string | null
  /** Whose budget of people's attention it takes from: its task, or the session that no task was asked for; null: the host itself asks. */
  session: string | null
  project: string
  words?: string | undefined
  /** The rule of the policy that asks, counted from 1; null: none. */
  rule: number | null
  /** Who asked for the task; null: the host itself asks. */
  requester: string | null
}

/** Signs the host's question and seals it to all who may see it; only who may answer is pushed to. Errors: `operation_invalid`, `operation_uninspectable` (too large to be sealed, so nobody could read it whole), `operation_tier_refused` and `decision_role_refused` (nobody of the team may answer), `requester_unknown` (the policy excludes whoever asked, and nobody knows who that is). */
export async function makeQuestion(
  context: HostContext,
  team: TeamState,
  { operation, taskId, project, words, rule: asking, requester }: Question,
  announce: Announcement,
): Promise<Result<AskedApproval>> {
  const { crypto, keys, clock, policy, hostId } = context
  const now = clock.now()
  const { approval: settings = {}, groups = {} } = policy.policy
  const terms = termsOf(policy.policy, asking)
  // A newcomer is asked for by nobody of the team; of all else somebody has asked, and who is not known may be the one who approves.
  if (terms.notRequester && requester === null && operation.kind !== 'add-device') return refused('requester_unknown')
  const { expiresAt, releaseBy } = timesOf(settings, operation.tier, now)
  const steps = terms.escalate?.map(({ to, afterMinutes }) => ({
    at: now + afterMinutes * minute,
    group: groupOf(groups, to),
  }))
  const approvers = approversOf(team, hostId, { operation, ...(steps ? { steps } : {}) })
  if (approvers.length === 0) return refused(operation.tier === 3 ? 'operation_tier_refused' : 'decision_role_refused')
  const rule = taskId === null ? null : offerRule(operation, terms, now)
  const id = newId('apr', now)
  const made = await makeApproval(crypto, keys, {
    id,
    aud: team.teamId,
    task: taskId,
    operation,
    quorum: {
      // Of one mind about a form are two persons only by chance.
      persons: operation.form ? 1 : (terms.persons ?? 1),
      ...(terms.groups?.length
        ? { groups: terms.groups.slice(0, operation.form ? 1 : undefined).map((name) => groupOf(groups, name)) }
        : {}),
      ...(terms.notRequester && requester !== null ? { without: requester } : {}),
    },
    ...(steps ? { steps } : {}),
    gesture: gestureFor({ gesture: terms.gesture ?? 'tap', tier: operation.tier, operation }),
    iat: now,
    expiresAt,
    releaseBy,
    scopes: rule === null ? ['once'] : ['once', 'session', 'rule'],
    ...(rule === null ? {} : { rule }),
    policyHash: policy.policyHash,
    trustHead: team.head,
    project,
    ...(words === undefined ? {} : { agentWords: words }),
  })
  if (!made.ok) return made
  const { approval, jws: statement } = made.value
  if (!fitsEnvelope(statement)) return refused('operation_uninspectable', 'It is too large to be shown whole.')
  const sealed = await sealTo(crypto, {
    id,
    kind: 'approval',
    from: keys,
    to: readersOf(team, hostId, approval),
    statement,
  })
  const ttl = Math.ceil((expiresAt - now) / 1_000)
  const topic = announce === 'digest' ? ({ topic: 'digest' } as const) : {}
  const sealTold = (told: string) =>
    sealPush(crypto, { id, to: approvers, statement: told, ttl, urgency: 'high', ...topic })
  const push =
    announce === 'silent'
      ? null
      : ((announce === 'push' ? await sealTold(statement) : null) ??
        (await sealTold(await notice(context, team, id, announce === 'push' ? 'too-large' : 'digest'))))
  const escalated = push === null ? [] : laterPushes(team, approval, approvers)
  const later = [...escalated, ...(announce === 'push' ? reminder(approval, approvers, escalated) : [])]
  const body = { id, taskId, expiresAt, sealed, push, ...(later.length > 0 ? { later } : {}) }
  return ok({ approval, statement, body: JSON.stringify(body) })
}

/** Each step's own devices: who was asked before is not pushed to again. */
function laterPushes(team: TeamState, { steps = [] }: Approval, approvers: readonly PublicKeys[]): LaterPush[] {
  const known = new Set<string>()
  return steps.flatMap(({ at, group }, index) => {
    const kids = approvers
      .map(({ kid }) => kid)
      .filter((kid) => !known.has(kid) && group.persons.includes(team.keys.get(kid)?.rights?.person ?? ''))
    for (const kid of kids) known.add(kid)
    return index > 0 && kids.length > 0 ? [{ at, kids }] : []
  })
}

/** Shortly before it ends, to whoever is asked by then. What was only counted by a digest is not reminded of. */
function reminder(approval: Approval, approvers: readonly PublicKeys[], steps: readonly LaterPush[]): LaterPush[] {
  const at = remindAt(approval)
  if (at === null) return []
  const notYet = new Set(steps.filter((step) => step.at >= at).flatMap(({ kids }) => kids))
  const kids = approvers.map(({ kid }) => kid).filter((kid) => !notYet.has(kid))
  return kids.length > 0 ? [{ at, kids, again: true }] : []
}

function notice(
  { crypto, keys, clock, hostId }: HostContext,
  team: TeamState,
  approval: Approval['id'],
  kind: PushNotice['kind'],
): Promise<string> {
  const said: PushNotice = { v: 1, aud: team.teamId, host: hostId, approval, kind, iat: clock.now() }
  return signStatement(crypto, keys, typ.notice, said)
}
