import type { Relay } from './relay-http.ts'

/** How to ask a relay for a team's leases, for `takeNews`: none where they can't be read, so that only first leases count. `team`: for who is not known to be of one yet. */
export const fetchLeases =
  (relay: Relay, input: { tries?: number; team?: string } = {}) =>
  async (): Promise<readonly string[]> => {
    const read = await relay.call('leases.read', input)
    return read.ok ? read.value.leases : []
  }
