import { pause } from '#link/clock.ts'
import type { Result } from '#protocol/errors.ts'
import { ok } from '#protocol/errors.ts'
import type { Context } from './context.ts'
import type { Live } from './live.ts'
import { flushOutbox } from './outbox.ts'
import type { ApprovalCard } from './read-approval.ts'
import { readApprovalCard } from './read-approval.ts'

/**
 * Waits until the host has said what it did with an approval, at most `withinMs`; a decision that is still kept is sent again meanwhile. Resolves with the card as it then
 * stands: without a receipt the host has not answered yet, which is no refusal. Errors: those of reading it.
 */
export async function awaitReceipt(
  context: Context,
  live: Live | null,
  { approvalId, withinMs }: { approvalId: string; withinMs: number },
): Promise<Result<ApprovalCard>> {
  const until = context.clock.now() + withinMs
  for (;;) {
    const news = new AbortController()
    const off = live?.on((event) => {
      if (event.type === 'approval' && event.card.id === approvalId) news.abort()
    })
    await flushOutbox(context, { tries: 1 })
    const card = await readApprovalCard(context, approvalId)
    const leftMs = until - context.clock.now()
    const isDone =
      !card.ok || card.value.receipt !== undefined || card.value.decision?.state === 'refused' || leftMs <= 0
    if (!isDone) await pause(context.clock, Math.min(leftMs, live?.isOnline() ? 5_000 : 700), news.signal)
    off?.()
    if (isDone) return card.ok ? ok(card.value) : card
  }
}
