import { ok, refused } from '#protocol/errors.ts'
import { contentHash } from '../domain/content-hash.ts'
import type { HttpHandler } from './pipeline/http.ts'
import { pushApproval } from './push-approval.ts'
import { tellDevices } from './tell.ts'

/** The host's receipt settles an approval, once and for ever. */
export const settleApproval: HttpHandler<'approval.settle'> = async ({ caller, params, body }, ports) => {
  const { approvals, devices, inbox, clock } = ports
  const { teamId, hostId, kid } = caller
  const { sealed: receipt, push, ack: acknowledge } = body
  if (receipt.from !== kid) return refused('envelope_invalid')
  const now = clock.now()
  const receiptHash = contentHash(receipt)
  const settlement = { id: params.id, hostId, receipt, receiptHash, push, acknowledge }
  if ((await approvals.settle(teamId, settlement, now)) === 'refused') {
    const before = await approvals.get(teamId, params.id)
    if (before?.hostId !== hostId) return refused('approval_not_found')
    if (before.receiptHash !== receiptHash) return refused('approval_already_settled')
    await inbox.acknowledge(teamId, hostId, acknowledge)
    return ok({})
  }
  const rows = await devices.all(teamId)
  const until = now + (push?.ttl ?? 0) * 1_000
  await Promise.all([
    tellDevices(ports, teamId, rows, { type: 'approval.settled', approvalId: params.id, state: 'settled', receipt }),
    push &&
      pushApproval(ports, teamId, rows, {
        id: params.id,
        stage: 'settled',
        parts: push,
        until,
        retry: null,
        later: [],
      }),
  ])
  return ok({})
}
