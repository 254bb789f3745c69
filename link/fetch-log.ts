import type { Result } from '#protocol/errors.ts'
import { refused } from '#protocol/errors.ts'
import type { TrustHead } from '#protocol/statements/trust-entry.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { hashOf } from '#trust/hash.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { readLog } from '#trust/trust-log.ts'
import type { Relay } from './relay-http.ts'

/**
 * A team's whole log from the relay, for who was told at pairing which team and where its log stands: a pairing message is too small for a long one. It may have grown since,
 * but has to lead through `head`. Errors: `trust_log_behind` (it does not reach the head), `trust_log_forked` (another team or another entry there), `trust_entry_*`, those of
 * the call.
 */
export async function fetchLog(
  crypto: CryptoPort,
  relay: Relay,
  { team, head }: { team: string; head: TrustHead },
): Promise<Result<TeamState>> {
  const entries: string[] = []
  for (;;) {
    const page = await relay.call('trust.read', { query: { from: String(entries.length) }, team })
    if (!page.ok) return page
    entries.push(...page.value.entries)
    if (!page.value.more || page.value.entries.length === 0) break
  }
  const at = entries[head.n]
  if (at === undefined) return refused('trust_log_behind')
  if ((await hashOf(crypto, 'entry', at)) !== head.hash) return refused('trust_log_forked')
  const read = await readLog(crypto, entries)
  return read.ok && read.value.teamId !== team ? refused('trust_log_forked') : read
}
