import type { Device } from '#client/open-device.ts'
import { knownCard } from '../shared/known.ts'
import type { Note, NoteData } from './note.ts'
import { noteOfCard } from './note.ts'

/**
 * Notifications that still ask, of approvals that nobody can answer any more as far as this device knows: each is replaced by what is known. An approval that expires pushes
 * nothing, so this is looked at whenever the worker has something to do.
 */
export async function replaceLapsed(
  device: Device,
  shown: readonly Pick<Notification, 'data'>[],
  show: (note: Note) => Promise<void>,
): Promise<void> {
  for (const { data } of shown) {
    const { approvalId, asks } = data as NoteData
    if (approvalId === null || !asks) continue
    const card = await knownCard(device, approvalId)
    if (card && card.state !== 'open') await show(noteOfCard(card))
  }
}
