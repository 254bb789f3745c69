import type { Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import { hostIdOf, kidOfHost } from '#protocol/ids.ts'
import type { HostView } from '#protocol/records.ts'
import { HostStatus } from '#protocol/statements/status.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { hostsOf } from '#trust/trust-log.ts'
import type { Context } from './context.ts'
import { openStatement } from './open-statement.ts'
import { type Witness, witnessAudit } from './witness.ts'

/** `status` is what the host says of itself, verified; null until it has said something to this device. */
export type HostSummary = {
  hostId: string
  online: boolean
  lastSeenAt: number | null
  status: HostStatus | null
  /** What this device has seen of the host's audit chain; `broken` is an alarm. Absent: nothing yet. */
  witness?: Witness
}

/** The hosts of the trust log; what the relay adds is only whether they are there now. Errors: those of the call. */
export async function listHosts(context: Context, { tries }: { tries?: number } = {}): Promise<Result<HostSummary[]>> {
  const team = context.team.need()
  if (!team.ok) return team
  const answer = await context.relay.call('hosts.list', tries === undefined ? {} : { tries })
  if (!answer.ok) return answer
  const views = new Map(answer.value.hosts.map((view) => [view.hostId, view]))
  const kids = hostsOf(team.value).map((host) => host.keys.kid)
  return ok(await Promise.all(kids.map((kid) => summaryOf(context, team.value, kid, views.get(hostIdOf(kid))))))
}

/** One host of a `host.changed` frame. Null when it is not in the trust log, or not any more. */
export async function readHostView(context: Context, view: HostView): Promise<HostSummary | null> {
  const team = context.team.state()
  const kid = kidOfHost(view.hostId)
  const key = team?.keys.get(kid)
  return team && key?.kind === 'host' && key.removedAt === null ? summaryOf(context, team, kid, view) : null
}

async function summaryOf(
  context: Context,
  team: TeamState,
  kid: string,
  view: HostView | undefined,
): Promise<HostSummary> {
  const hostId = hostIdOf(kid)
  const opened = view?.status
    ? await openStatement(context, team, view.status, { typ: typ.status, schema: HostStatus, from: 'host' })
    : null
  const status =
    opened?.ok && opened.value.kid === kid && opened.value.value.host === hostId ? opened.value.value : null
  const witness = status?.audit
    ? await witnessAudit(context.store, hostId, { head: status.audit, at: status.at })
    : undefined
  return {
    hostId,
    online: view?.online ?? false,
    lastSeenAt: view?.lastSeenAt ?? null,
    status,
    ...(witness === undefined ? {} : { witness }),
  }
}
