import { ok } from '#protocol/errors.ts'
import { PROTOCOL_VERSION } from '#protocol/version.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** What anybody may know of a relay before having a key. */
export const readRelay: HttpHandler<'relay.read'> = async (_, { settings, clock, pushes, teams }) =>
  ok({
    protocol: PROTOCOL_VERSION,
    time: clock.now(),
    socketUrl: settings.socketUrl,
    vapidPublicKey: pushes.publicKey,
    claimed: await teams.claimed(),
  })
