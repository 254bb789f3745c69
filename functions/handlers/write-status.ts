import { ok, refused } from '#protocol/errors.ts'
import { tellHostChanged, viewHost } from './host-view.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** Keeps what a host says of itself, sealed for the team's devices. */
export const writeStatus: HttpHandler<'status.write'> = async ({ caller, body }, ports) => {
  if (body.sealed.from !== caller.kid) return refused('envelope_invalid')
  await ports.hosts.writeStatus(caller.teamId, caller.hostId, body.sealed, ports.clock.now())
  const host = await ports.hosts.get(caller.teamId, caller.hostId)
  if (host) await tellHostChanged(ports, caller.teamId, await viewHost(ports, host, body.sealed))
  return ok({})
}
