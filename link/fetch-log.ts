import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { TrustHead } from '#protocol/statements/trust-entry.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { hashOf } from '#trust/hash.ts'
import { takeNews } from '#trust/take-news.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { readLog } from '#trust/trust-log.ts'
import { fetchLeases } from './fetch-leases.ts'
import type { Relay } from './relay-http.ts'

/**
 * A team's whole log from the relay, for who was told at pairing which team and where its log stands: a pairing message is too small for a long one. It has to lead through
 * `head`, by which the other side stands; what has come since is judged as news (docs/decisions/0020). Errors: `trust_log_behind` (it does not reach the head),
 * `trust_log_forked` (another team or another entry there), `trust_entry_*`, `clock_wrong`, those of the call.
 */
export async function fetchLog(
  crypto: CryptoPort,
  relay: Relay,
  { team, head, now }: { team: string; head: TrustHead; now: number },
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
  const vouched = await readLog(crypto, entries.slice(0, head.n + 1))
  if (!vouched.ok) return vouched
  if (vouched.value.teamId !== team) return refused('trust_log_forked')
  const leases = fetchLeases(relay, { tries: 1, team })
  const news = await takeNews(crypto, vouched.value, entries.slice(head.n + 1), { now, leases })
  return news.refused ?? ok(news.team)
}
