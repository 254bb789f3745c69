import type { LaterPush, PushParts } from '#protocol/envelope.ts'
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
  /** Who is not to be pushed to yet, or once more; earliest first. */
  later: readonly LaterPush[]
}

/** Sends an approval's push to those whose turn it is; what a push service did not take and who is next is planned for the sweep. */
export async function pushApproval(
  ports: PushPorts,
  teamId: string,
  rows: readonly DeviceRow[],
  { id, stage, parts, until, retry, later }: ApprovalPush,
): Promise<void> {
  const waiting = new Set(later.flatMap(({ kids, again }) => (again ? [] : kids)))
  const to = rows.filter(({ kid }) => (retry ? retry.kids.includes(kid) : !waiting.has(kid)))
  const outcomes = await pushDevices(ports, teamId, to, parts, until)
  const kids = [...outcomes].filter(([, outcome]) => outcome === 'retry').map(([kid]) => kid)
  if (kids.length === 0 && retry === null) return
  const tries = (retry?.tries ?? 0) + 1
  const again = kids.length > 0 ? nextTry(tries, ports.clock.now(), until) : null
  const next = later[0]?.at ?? null
  const dueAt = again === null || next === null ? (again ?? next) : Math.min(again, next)
  const plan =
    dueAt === null
      ? null
      : { retry: again === null ? { kids: [], tries: 0 } : { kids, tries }, later, dueAt, push: parts }
  await ports.approvals.planRetry(teamId, id, stage, plan)
}
