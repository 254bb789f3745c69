import type { SweepPorts } from '../ports/ports.ts'
import { pushApproval } from './push-approval.ts'
import { tellDevices } from './tell.ts'

/** An approval that is due: its time is over, a push has to be tried again, or nobody has answered and others are to be told. */
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
  const [due, later] = [open.later.filter(({ at }) => at <= now), open.later.filter(({ at }) => at > now)]
  if (!open.retry && due.length === 0) return 'nothing'
  const parts = (await approvals.get(teamId, id))?.push
  if (!parts) return 'nothing'
  const until = open.expiresAt
  const kids = [...new Set([...(open.retry?.kids ?? []), ...due.flatMap((step) => step.kids)])]
  const retry = { kids, tries: due.length > 0 ? 0 : (open.retry?.tries ?? 0) }
  await pushApproval(ports, teamId, await devices.all(teamId), { id, stage: 'open', parts, until, retry, later })
  return 'pushed'
}
