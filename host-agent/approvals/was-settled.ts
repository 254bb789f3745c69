import { pause } from '#link/clock.ts'
import type { HostContext } from '../context.ts'
import type { ApprovalMemory } from '../journal/memory.ts'

const againMs = 2_000

/**
 * Whether this host has settled an approval that its journal calls open: then the journal has lost its tail, and what ran is not known here. Only the host settles, so a relay
 * that lies about it can hold up, not release. With a decision at hand it waits for the relay's word; without one there is nothing to release yet.
 */
export async function wasSettled({ relay, clock }: HostContext, asked: ApprovalMemory): Promise<boolean> {
  for (;;) {
    const view = await relay.call('approval.read', { params: { id: asked.id } })
    if (view.ok) return view.value.receipt !== null
    const decided = asked.decisions.some(({ code }) => code === null)
    if (view.code === 'approval_not_found' || asked.settled || !decided) return false
    await pause(clock, againMs)
  }
}
