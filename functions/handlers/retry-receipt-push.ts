import type { SweepPorts } from '../ports/ports.ts'
import { pushApproval } from './push-approval.ts'

/** Tries again to replace a settled approval's notification. */
export async function retryReceiptPush(ports: SweepPorts, teamId: string, id: string): Promise<boolean> {
  const { approvals, devices, clock } = ports
  const plan = await approvals.receiptPush(teamId, id)
  if (!plan || plan.dueAt > clock.now()) return false
  const { push: parts, retry } = plan
  const until = clock.now() + parts.ttl * 1_000
  await pushApproval(ports, teamId, await devices.all(teamId), { id, stage: 'settled', parts, until, retry, later: [] })
  return true
}
