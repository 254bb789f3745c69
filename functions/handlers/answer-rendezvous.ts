import { ok, refused } from '#protocol/errors.ts'
import { acceptsKept, isOver } from '../domain/rendezvous.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** Leaves one message. Who may is decided by who knows the id; what it is worth, by those who open it. */
export const answerRendezvous: HttpHandler<'rendezvous.answer'> = async ({ params, body }, { rendezvous, clock }) => {
  const row = await rendezvous.get(params.id)
  if (!row) return refused('rendezvous_not_found')
  if (isOver(row, clock.now(), body.slot)) return refused('rendezvous_expired')
  const written =
    body.slot === 'accept'
      ? await rendezvous.accept(params.id, body.content, acceptsKept)
      : await rendezvous.write(params.id, body.slot, body.content)
  return written ? ok({}) : refused('rendezvous_taken')
}
