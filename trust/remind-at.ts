import type { Approval } from '#protocol/statements/approval.ts'

/** Shorter waits end while whoever was asked still remembers. Milliseconds. */
const SHORTEST_MS = 3_600_000
/** How much of the wait has gone by then. */
const GONE = 0.8

/** When those who have not answered are reminded, epoch milliseconds; null: the wait is too short for that. Host and device reckon alike: the relay's word is not needed for it. */
export const remindAt = ({ iat, expiresAt }: Pick<Approval, 'iat' | 'expiresAt'>): number | null =>
  expiresAt - iat < SHORTEST_MS ? null : Math.round(iat + (expiresAt - iat) * GONE)
