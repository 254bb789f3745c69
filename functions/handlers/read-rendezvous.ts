import { ok, refused } from '#protocol/errors.ts'
import type { RendezvousSlot } from '#protocol/statements/pairing.ts'
import { isOver } from '../domain/rendezvous.ts'
import type { HttpHandler } from './pipeline/http.ts'

export const readRendezvous: HttpHandler<'rendezvous.read'> = async ({ params }, { rendezvous, clock }) => {
  const row = await rendezvous.get(params.id)
  if (!row) return refused('rendezvous_not_found')
  if (isOver(row, clock.now(), 'read')) return refused('rendezvous_expired')
  const messages = [
    ...row.accepts.map((content) => ({ slot: 'accept' as const, content })),
    ...Object.entries(row.slots).map(([slot, content]) => ({ slot: slot as RendezvousSlot, content })),
  ]
  return ok({ card: row.card, expiresAt: row.expiresAt, messages })
}
