import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { Context } from './context.ts'

const tries = 4

/**
 * Has one more entry on the trust log: reads it, lets `make` sign on its head (null: nothing is missing), and tries again when somebody was faster. Returns the team with
 * it. Errors: those of `make`, `trust_entry_refused`, `trust_head_moved`, `trust_log_*`, those of the calls.
 */
export async function extendTeam(
  { clock, relay, team }: Context,
  make: (team: TeamState, now: number) => Promise<Result<string | null>>,
): Promise<Result<TeamState>> {
  if (team.fork()) return refused('trust_log_forked')
  for (let left = tries; ; left -= 1) {
    const known = await team.sync(relay)
    if (!known.ok) return known
    const entry = await make(known.value, clock.now())
    if (!entry.ok) return entry
    if (entry.value === null) return ok(known.value)
    const appended = await relay.call('trust.append', { body: { entry: entry.value } })
    if (appended.ok) return team.sync(relay)
    if (appended.code !== 'trust_head_moved') return appended
    if (left <= 1) return refused('trust_head_moved')
  }
}
