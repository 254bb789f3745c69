import * as z from 'zod/mini'
import type { Tier } from '#protocol/statements/trust-entry.ts'

const minute = 60_000
/** A week at most: people are away, and the host looks at everything again at the release. */
const minutes = z.int().check(z.minimum(1), z.maximum(7 * 24 * 60))
/** One number for tiers 1 and 2, which shortens tier 3 where it is less than that has by itself; or one for each tier. Tier 0 is as tier 1. */
const byTier = z.union([
  minutes,
  z.strictObject({ '1': z.optional(minutes), '2': z.optional(minutes), '3': z.optional(minutes) }),
])
type ByTier = z.infer<typeof byTier>

export const timeFields = {
  /** Minutes that a person has for the answer. Absent: 8 hours, of tier 3 15 minutes. */
  expiresMinutes: z.optional(byTier),
  /** Minutes after the tap in which the host, if it was away, may still release. Absent: 24 hours, of tier 3 10 minutes. */
  releaseMinutes: z.optional(byTier),
}

/** People are at lunch: a working day. What is critical is answered by who is there. */
const usual = { expires: { low: 8 * 60, high: 15 }, release: { low: 24 * 60, high: 10 } }

const minutesFor = (tier: Tier, said: ByTier | undefined, { low, high }: { low: number; high: number }): number => {
  const own = tier === 3 ? high : low
  if (said === undefined) return own
  if (typeof said === 'number') return tier === 3 ? Math.min(own, said) : said
  return said[tier === 0 ? '1' : (`${tier}` as const)] ?? own
}

/** Until when people may answer, and the host may release what was tapped at the last moment; epoch milliseconds. */
export function timesOf(
  settings: { expiresMinutes?: ByTier | undefined; releaseMinutes?: ByTier | undefined },
  tier: Tier,
  now: number,
): { expiresAt: number; releaseBy: number } {
  const expiresAt = now + minutesFor(tier, settings.expiresMinutes, usual.expires) * minute
  return { expiresAt, releaseBy: expiresAt + minutesFor(tier, settings.releaseMinutes, usual.release) * minute }
}
