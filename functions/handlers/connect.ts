import { limits } from '#protocol/limits.ts'
import { SOCKET_PROTOCOL } from '#protocol/version.ts'
import type { SocketPorts } from '../ports/ports.ts'
import type { SocketAnswer, SocketEvent } from './pipeline/socket.ts'
import { callerOf } from './pipeline/socket.ts'

/**
 * `$connect`, behind the authorizer: spends the proof and notes the connection, so that removing the key can close it. A connection is told things only
 * after `connection.sync`: inside `$connect` a post to it would be answered 410.
 */
export async function connect(
  event: SocketEvent,
  { proofs, devices, hosts, clock }: SocketPorts,
): Promise<SocketAnswer> {
  const caller = callerOf(event)
  const { jti, exp } = (event.requestContext.authorizer ?? {}) as { jti?: string; exp?: string }
  if (!caller || !jti || !exp) return { statusCode: 401 }
  // A proof is taken until then, and remembered for as long.
  const until = Number(exp) + limits.clockSkewMs
  if (!(await proofs.spend(caller.kid, jti, until))) return { statusCode: 401 }
  const { connectionId } = event.requestContext
  const known =
    caller.role === 'device'
      ? await devices.connected(caller.teamId, caller.kid, connectionId, clock.now())
      : await hosts.connected(caller.teamId, caller.hostId, connectionId)
  if (!known) return { statusCode: 401 }
  return { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': SOCKET_PROTOCOL } }
}
