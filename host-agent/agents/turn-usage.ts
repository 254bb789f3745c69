import * as z from 'zod/mini'
import type { Spent } from '#protocol/statements/events.ts'

const count = z.int().check(z.nonnegative())
const Usage = z.object({
  inputTokens: count,
  outputTokens: count,
  cachedReadTokens: z.nullish(count),
  cachedWriteTokens: z.nullish(count),
})
const Cost = z.object({ amount: z.number().check(z.nonnegative()), currency: z.string().check(z.length(3)) })

/** A session's cost so far, as its agent says. */
export type SessionCost = { micros: number; currency: string }

/** The `cost` of an ACP `usage_update`; null where it has none that can be read. */
export function readCost(cost: unknown): SessionCost | null {
  const read = Cost.safeParse(cost)
  if (!read.success) return null
  const micros = Math.round(read.data.amount * 1_000_000)
  return Number.isSafeInteger(micros) ? { micros, currency: read.data.currency.toUpperCase() } : null
}

/**
 * What a turn took by the agent's own words: `usage` of its prompt's answer (ACP, still unstable there; cached tokens are not among its input tokens), and by how much
 * the session's cost grew. Null: the agent said nothing of either. `before` null: the session is new, so all of its cost is this turn's.
 */
export function turnUsage(
  answer: object,
  { agent, ms, before, after }: { agent: string; ms: number; before: SessionCost | null; after: SessionCost | null },
): Spent | null {
  const read = Usage.safeParse('usage' in answer ? answer.usage : null)
  const grown = after && (before?.currency === after.currency ? after.micros - before.micros : after.micros)
  if (!read.success && grown === null) return null
  const { inputTokens = 0, outputTokens = 0, cachedReadTokens, cachedWriteTokens } = read.success ? read.data : {}
  const cached = cachedReadTokens ?? 0
  return {
    agent,
    input: inputTokens + cached + (cachedWriteTokens ?? 0),
    output: outputTokens,
    ...(cached > 0 ? { cached } : {}),
    // One that starts to count anew begins at nothing.
    ...(after && grown !== null
      ? { cost: { micros: grown < 0 ? after.micros : grown, currency: after.currency } }
      : {}),
    ms: Math.round(ms),
  }
}
