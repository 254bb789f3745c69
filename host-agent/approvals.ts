import { ok, type Result, refused } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import type { PublicKeys } from '#protocol/keys.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { PushNotice } from '#protocol/statements/notice.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { typ } from '#protocol/statements/typ.ts'
import { makeApproval } from '#trust/approval.ts'
import { fitsEnvelope, sealTo } from '#trust/envelope.ts'
import { gestureFor, strongest } from '#trust/gesture.ts'
import { signStatement } from '#trust/jws.ts'
import { sealPush } from '#trust/push.ts'
import { devicesOf, type TeamState } from '#trust/trust-log.ts'
import type { HostContext } from './context.ts'

const minute = 60_000
/** People are at lunch: a working day. The team's policy may say less or more. */
const expiresMinutes = 8 * 60
const releaseMinutes = 24 * 60

export type AskedApproval = {
  approval: Approval
  statement: string /** The relay request's body as JSON, without the connection. */
  body: string
}

/** Devices that may decide about operations of this tier on this host; for a newcomer, owners only. */
export function approversOf(team: TeamState, hostId: string, operation: Operation): PublicKeys[] {
  return devicesOf(team)
    .filter(({ rights }) => {
      if (!rights || rights.role === 'viewer' || rights.maxTier < operation.tier) return false
      if (operation.kind === 'add-device') return rights.role === 'owner'
      return rights.hosts === '*' || rights.hosts.includes(hostId)
    })
    .map(({ keys }) => keys)
}

export type Question = {
  operation: Operation
  digest: string
  taskId: string | null
  project: string
  words?: string | undefined
  /** The rule of the policy that asks, counted from 1; null: none. */
  rule: number | null
}

/** Signs the host's question and seals it to those who may answer. Errors: `operation_invalid`, `operation_uninspectable` (too large to be sealed, so nobody could read it whole). */
export async function makeQuestion(
  context: HostContext,
  team: TeamState,
  approvers: PublicKeys[],
  { operation, taskId, project, words, rule }: Question,
): Promise<Result<AskedApproval>> {
  const { crypto, keys, clock, policy } = context
  const now = clock.now()
  const settings = policy.policy.approval ?? {}
  const gesture = strongest(settings.gesture, rule === null ? undefined : policy.policy.rules[rule - 1]?.gesture)
  const expiresAt = now + (settings.expiresMinutes ?? expiresMinutes) * minute
  const id = newId('apr', now)
  const made = await makeApproval(crypto, keys, {
    id,
    aud: team.teamId,
    task: taskId,
    operation,
    quorum: { persons: settings.persons ?? 1 },
    gesture: gestureFor({ gesture, tier: operation.tier, operation }),
    iat: now,
    expiresAt,
    releaseBy: expiresAt + (settings.releaseMinutes ?? releaseMinutes) * minute,
    scopes: ['once'],
    policyHash: policy.policyHash,
    trustHead: team.head,
    project,
    ...(words === undefined ? {} : { agentWords: words }),
  })
  if (!made.ok) return made
  const { approval, jws: statement } = made.value
  if (!fitsEnvelope(statement)) return refused('operation_uninspectable', 'It is too large to be shown whole.')
  const sealed = await sealTo(crypto, { id, kind: 'approval', from: keys, to: approvers, statement })
  const ttl = Math.ceil((expiresAt - now) / 1_000)
  const push =
    (await sealPush(crypto, { id, to: approvers, statement, ttl, urgency: 'high' })) ??
    (await sealPush(crypto, { id, to: approvers, statement: await notice(context, team, id), ttl, urgency: 'high' }))
  return ok({ approval, statement, body: JSON.stringify({ id, taskId, expiresAt, sealed, push }) })
}

const notice = ({ crypto, keys, clock, hostId }: HostContext, team: TeamState, approval: Approval['id']) => {
  const said: PushNotice = { v: 1, aud: team.teamId, host: hostId, approval, kind: 'too-large', iat: clock.now() }
  return signStatement(crypto, keys, typ.notice, said)
}
