import type { CryptoPort } from '#trust/crypto.ts'
import { extendLog, readLog, type TeamState } from '#trust/trust-log.ts'

export type TeamThen = {
  /** The team as the host knew it here; before the journal says anything of the log, as it is now. Null: no team is known. */
  team(): TeamState | null
  /** The journal says that the host has taken in the log up to this entry. */
  reached(n: number): Promise<void>
}

/** The trust log as it stood at each place of a journal: what was stated later does not count for what was released before. */
export function createTeamThen(c: CryptoPort, now: TeamState | null): TeamThen {
  let then: TeamState | null = null
  return {
    team: () => then ?? now,
    async reached(n) {
      if (!now) return
      const before = then && then.head.n <= n ? then : null
      const read = before
        ? await extendLog(c, before, now.entries.slice(before.entries.length, n + 1))
        : await readLog(c, now.entries.slice(0, n + 1))
      if (read.ok) then = read.value
    },
  }
}
