import type { CryptoPort } from '#trust/crypto.ts'
import type { Branches } from '#trust/fork.ts'
import { findFork } from '#trust/fork.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { Relay } from './relay-http.ts'

/**
 * What a relay shows instead of the pinned log is read whole, as the branches may have parted long before `page`. Null: it is none that owners have signed. What was on the page
 * counts also where the rest can't be read any more.
 */
export async function findBranches(
  crypto: CryptoPort,
  relay: Relay,
  pinned: TeamState,
  page: { from: number; entries: readonly string[] },
): Promise<Branches | null> {
  const whole = await readWhole(relay)
  const found = whole && (await findFork(crypto, pinned, { from: 0, entries: whole }))
  return found ?? findFork(crypto, pinned, page)
}

/** Whether it says more than what is known of the fork. */
export const isNews = (found: Branches, known: { other?: string[] | undefined } | undefined): boolean =>
  known === undefined || (found.other.length > 0 && found.other.join() !== known.other?.join())

async function readWhole(relay: Relay): Promise<string[] | null> {
  const entries: string[] = []
  for (;;) {
    const page = await relay.call('trust.read', { query: { from: String(entries.length) }, tries: 2 })
    if (!page.ok) return null
    entries.push(...page.value.entries)
    if (!page.value.more || page.value.entries.length === 0) return entries
  }
}
