import type { LaterPush } from '#protocol/envelope.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { endsInTime, viewApproval } from '../domain/approval.ts'
import { contentHash } from '../domain/content-hash.ts'
import type { NewApproval } from '../ports/approvals.ts'
import type { HttpPorts } from '../ports/ports.ts'
import type { HttpHandler } from './pipeline/http.ts'
import { pushApproval } from './push-approval.ts'
import { tellDevices } from './tell.ts'

/** A host asks people: stored, then told to connected devices and pushed to the others. Asked again, it is told again: a push may have been lost. */
export const requestApproval: HttpHandler<'approval.request'> = async ({ caller, body }, ports) => {
  const { approvals, devices, clock } = ports
  const { teamId, kid, hostId } = caller
  if (body.sealed.from !== kid) return refused('envelope_invalid')
  const now = clock.now()
  const { connectionId, ...content } = body
  const later = [...(body.later ?? [])].sort((a, b) => a.at - b.at)
  const asked: NewApproval = {
    ...body,
    later,
    hostId,
    createdAt: now,
    contentHash: contentHash({ ...content, hostId }),
  }
  const [hasRoom, rows] = await Promise.all([approvals.hasRoom(teamId), devices.all(teamId)])
  if (!endsInTime(body.expiresAt, now) || !hasRoom) {
    return repeat(ports, teamId, asked, endsInTime(body.expiresAt, now) ? 'approvals_full' : 'approval_expired')
  }
  let left: readonly LaterPush[] = later
  if ((await approvals.request(teamId, asked)) === 'exists') {
    const again = await repeat(ports, teamId, asked, 'id_reused')
    const open = again.ok && (await approvals.openOne(teamId, asked.id))
    if (!open) return again
    // Who was told or reminded since is not told to wait again, nor reminded twice.
    left = open.later
  }
  const approval = viewApproval({ ...asked, settledState: null, decisions: [], receipt: null }, now)
  const { push: parts, id, expiresAt: until } = asked
  await Promise.all([
    tellDevices(ports, teamId, rows, { type: 'approval.requested', approval }),
    parts && pushApproval(ports, teamId, rows, { id, stage: 'open', parts, until, retry: null, later: left }),
  ])
  return ok({})
}

/** A repeat gets the answer of the first time, whatever has become of the approval. */
async function repeat(
  { approvals }: HttpPorts,
  teamId: string,
  asked: NewApproval,
  otherwise: 'approvals_full' | 'approval_expired' | 'id_reused',
): Promise<Result<Record<never, never>>> {
  const before = await approvals.get(teamId, asked.id)
  if (!before) return refused(otherwise)
  return before.contentHash === asked.contentHash ? ok({}) : refused('id_reused')
}
