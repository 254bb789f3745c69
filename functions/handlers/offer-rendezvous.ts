import { ok, refused } from '#protocol/errors.ts'
import { keptUntil, offerEnds } from '../domain/rendezvous.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** A host lays its card where only who knows the id can find it, for three minutes. */
export const offerRendezvous: HttpHandler<'rendezvous.offer'> = async ({ body }, { rendezvous, clock }) => {
  const now = clock.now()
  const expiresAt = offerEnds(body.expiresAt, now)
  if (expiresAt <= now) return refused('rendezvous_expired')
  const before = await rendezvous.offer({ id: body.id, card: body.card, expiresAt }, keptUntil(expiresAt))
  if (before !== 'done' && before.card !== body.card) return refused('id_reused')
  return ok({})
}
