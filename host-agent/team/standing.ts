import type { Lease } from '#protocol/statements/trust-entry.ts'
import type { Standing } from '#trust/still-may.ts'
import type { HostContext } from '../context.ts'

/** What the word of these devices is held against now. Leases are read anew where one of theirs seems to have lapsed. Null: there is no team. */
export async function standingOf(
  { team, leases, clock }: Pick<HostContext, 'team' | 'leases' | 'clock'>,
  kids: Iterable<string>,
): Promise<Standing | null> {
  const state = team.state()
  if (!state) return null
  let held: Lease[] = []
  for (const kid of new Set(kids)) if (state.keys.has(kid)) held = await leases.for(state, kid)
  return { team: state, leases: held, now: clock.now() }
}
