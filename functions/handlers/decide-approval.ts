import { ok, refused } from '#protocol/errors.ts'
import type { InboxItem, SealedDecision } from '#protocol/records.ts'
import { refuseDecision } from '../domain/approval.ts'
import { contentHash } from '../domain/content-hash.ts'
import type { HttpHandler } from './pipeline/http.ts'
import { inboxFrame, tellDevices, tellHost } from './tell.ts'

/** Keeps a sealed decision for the host. The relay judges none: whether it counts is the host's to say, in its receipt. */
export const decideApproval: HttpHandler<'approval.decide'> = async ({ caller, params, body }, ports) => {
  const { approvals, clock, newInboxId } = ports
  const { teamId, kid: device } = caller
  if (body.sealed.from !== device) return refused('envelope_invalid')
  const now = clock.now()
  const decision: SealedDecision = { id: body.id, device, at: now, sealed: body.sealed }
  const item: InboxItem = { kind: 'decision', id: newInboxId(now), approvalId: params.id, decision, at: now }

  const open = await approvals.decide(teamId, params.id, decision, item)
  if (open) {
    await tellHost(ports, { teamId, hostId: open.hostId, hint: open.connectionId }, inboxFrame(item))
    if (body.tell) {
      const frame = { type: 'approval.decided', approvalId: params.id, decision } as const
      await tellDevices(ports, teamId, await ports.devices.all(teamId), frame)
    }
    return ok({})
  }
  const approval = await approvals.get(teamId, params.id)
  const before = approval?.decisions.find(({ id }) => id === body.id)
  if (!before) return refuseDecision(approval, now)
  const same = before.device === device && contentHash(before.sealed) === contentHash(body.sealed)
  return same ? ok({}) : refused('id_reused')
}
