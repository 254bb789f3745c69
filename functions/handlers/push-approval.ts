import type { PushParts } from '#protocol/envelope.ts'
import { nextTry } from '../domain/push-retry.ts'
import type { PushRetry } from '../ports/approvals.ts'
import type { DeviceRow } from '../ports/devices.ts'
import type { SweepPorts } from '../ports/ports.ts'
import { pushDevices } from './push-devices.ts'

type PushPorts = Pick<SweepPorts, 'approvals' | 'pushes' | 'devices' | 'clock'>

export type ApprovalPush = {
  id: string
  /** `open`: the question. `settled`: what replaces it on the lock screen. */
  stage: 'open' | 'settled'
  parts: PushParts
  until: number
  /** Null at the first try. */
  retry: PushRetry | null
}

/** Sends an approval's push now; what a push service did not take is planned for the sweep. */
export async function pushApproval(
  ports: PushPorts,
  teamId: string,
  rows: readonly DeviceRow[],
  { id, stage, parts, until, retry }: ApprovalPush,
): Promise<void> {
  const to = retry ? rows.filter(({ kid }) => retry.kids.includes(kid)) : rows
  const outcomes = await pushDevices(ports, teamId, to, parts, until)
  const kids = [...outcomes].filter(([, outcome]) => outcome === 'retry').map(([kid]) => kid)
  if (kids.length === 0 && retry === null) return
  const tries = (retry?.tries ?? 0) + 1
  const dueAt = kids.length > 0 ? nextTry(tries, ports.clock.now(), until) : null
  const plan = dueAt === null ? null : { retry: { kids, tries }, dueAt, push: parts }
  await ports.approvals.planRetry(teamId, id, stage, plan)
}
