import type { Device } from '#client/open-device.ts'
import type { Answer } from '#protocol/statements/decision.ts'
import { keptDecisions, knownCard } from '../shared/known.ts'
import { sentenceOf } from '../texts/texts.ts'
import type { Note, NoteData } from './note.ts'
import { noteOfCard, noteOfRefusal } from './note.ts'

export type AnswerPorts = {
  show(note: Note): Promise<void>
  /** Asks the browser to run `sync` when there is a network again. Says false where it can't. */
  syncLater(): Promise<boolean>
  /** Other programs over the same store have something to read. */
  changed(approvalId: string): void
}

/** A worker may be ended after half a minute; what comes later comes as a push. */
const RECEIPT_MS = 15_000

/**
 * A tap on Approve or Deny: signs, keeps, sends, and replaces the notification by what came of it: not sent yet, sent, or what the host did. Whatever fails in
 * between, the decision is on disk and is sent by the next sync, push or opening of the app.
 */
export async function answerApproval(
  device: Device,
  answer: Extract<Answer, 'approve' | 'deny'>,
  { approvalId, whole }: NoteData & { approvalId: string },
  ports: AnswerPorts,
): Promise<void> {
  const start = performance.now()
  const decided = await device.decide({ approvalId, answer, shown: { where: 'notification', whole } })
  if (decided.ok && decided.value.state === 'sent') performance.measure('answer-sent', { start })
  ports.changed(approvalId)
  if (!decided.ok) return ports.show(noteOfRefusal(approvalId, sentenceOf(decided.code)))
  await showState(device, approvalId, ports)
  if (decided.value.state === 'kept') {
    // Where nothing wakes the worker for it, it goes on trying for as long as it is let.
    if (!(await ports.syncLater())) await flushKept(device, ports)
    return
  }
  if (decided.value.code === 'approval_already_settled') await showEnd(device, approvalId, ports)
  if (decided.value.state !== 'sent') return
  const settled = await device.awaitReceipt({ approvalId, withinMs: RECEIPT_MS })
  if (!settled.ok || !settled.value.receipt) return
  ports.changed(approvalId)
  await ports.show(noteOfCard(settled.value))
}

/** Sends what is kept and says of each approval how it stands now. Returns how many still wait. */
export async function flushKept(device: Device, ports: AnswerPorts): Promise<number> {
  const before = await keptDecisions(device)
  const waiting = await device.flush()
  for (const { approvalId, decision } of before) {
    if (waiting.some((item) => item.decision.id === decision.id)) continue
    ports.changed(approvalId)
    await showState(device, approvalId, ports)
  }
  return waiting.length
}

/** Somebody was faster, and neither a frame nor a push has said so here. */
async function showEnd(device: Device, approvalId: string, ports: AnswerPorts): Promise<void> {
  const card = await device.approval(approvalId)
  if (!card.ok || !card.value.receipt) return
  ports.changed(approvalId)
  await ports.show(noteOfCard(card.value))
}

async function showState(device: Device, approvalId: string, ports: AnswerPorts): Promise<void> {
  const card = await knownCard(device, approvalId)
  if (card) await ports.show(noteOfCard(card))
}
