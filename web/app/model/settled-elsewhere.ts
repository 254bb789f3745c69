import type { Listed } from '#client/read-settled.ts'
import { readSettled } from '#client/read-settled.ts'
import { lookAtNotes } from '../look-at-notes.ts'
import type { Model } from './open-model.ts'

/** What was settled elsewhere while this phone heard nothing of it: it waits no more in what is kept here either, and notifications that still ask for it are replaced. */
export async function takeSettledElsewhere(model: Pick<Model, 'device' | 'takeCard'>, listed: Listed): Promise<void> {
  const ended = await readSettled(model.device.context, listed)
  for (const card of ended) model.takeCard(card)
  if (ended.length > 0) lookAtNotes()
}
