import type { SweepPorts } from '../ports/ports.ts'
import { pushApproval } from './push-approval.ts'
import { tellDevices } from './tell.ts'

/** An approval that is due: either its time is over, or a push has to be tried again. */
export async function expireApproval(
  ports: SweepPorts,
  teamId: string,
  id: string,
): Promise<'expired' | 'pushed' | 'nothing'> {
  const { approvals, devices, clock } = ports
  const open = await approvals.openOne(teamId, id)
  if (!open) return 'nothing'
  const now = clock.now()
  if (now >= open.expiresAt) {
    if (!(await approvals.expire(teamId, id, now))) return 'nothing'
    const frame = { type: 'approval.settled' as const, approvalId: id, state: 'expired' as const, receipt: null }
    await tellDevices(ports, teamId, await devices.all(teamId), frame)
    return 'expired'
  }
  if (!open.retry) return 'nothing'
  const parts = (await approvals.get(teamId, id))?.push
  if (!parts) return 'nothing'
  const until = open.expiresAt
  await pushApproval(ports, teamId, await devices.all(teamId), { id, stage: 'open', parts, until, retry: open.retry })
  return 'pushed'
}
