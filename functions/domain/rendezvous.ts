import { limits } from '#protocol/limits.ts'
import type { RendezvousSlot } from '#protocol/statements/pairing.ts'

/** Four are kept, so that the host can see that it was raced; more would only cost. */
export const acceptsKept = 4

/** After the offer has ended, whoever began in time gets as long again: a person has to read and type a code. */
export const keptUntil = (expiresAt: number): number => expiresAt + limits.rendezvousMs

type Kept = { expiresAt: number; accepts: readonly unknown[] }

/** Whether the offer can (still) be seen and answered. A first answer has to come within the offer's time. */
export function isOver(rendezvous: Kept, now: number, slot: RendezvousSlot | 'read'): boolean {
  const begun = slot !== 'accept' && rendezvous.accepts.length > 0
  return now >= (begun ? keptUntil(rendezvous.expiresAt) : rendezvous.expiresAt)
}

/** The relay's word on how long an offer lasts: what the host says, at most three minutes. */
export const offerEnds = (asked: number, now: number): number => Math.min(asked, now + limits.rendezvousMs)
