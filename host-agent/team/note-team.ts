import type { TrustHead } from '#protocol/statements/trust-entry.ts'
import type { Unpaired } from '#trust/without-unpaired.ts'
import type { Memory } from '../journal/memory.ts'
import type { Settlement } from './team-pin.ts'

type Known = { head: TrustHead | null; unpaired: readonly Unpaired[]; settlement?: Settlement | undefined }

/** Writes into the journal what has changed in whom this host believes: the trust log's head, which branch of two a person has confirmed, and who was unpaired here. */
export async function noteTeam({ record }: Pick<Memory, 'record'>, before: Known, now: Known): Promise<void> {
  const { head, settlement } = now
  const isIn = (list: readonly Unpaired[], { kid }: Unpaired) => list.some((each) => each.kid === kid)
  const gone = now.unpaired.filter((each) => !isIn(before.unpaired, each)).map(({ kid }) => ({ kid, undo: false }))
  const back = before.unpaired.filter((each) => !isIn(now.unpaired, each)).map(({ kid }) => ({ kid, undo: true }))
  await Promise.all([
    ...(head && (settlement || head.hash !== before.head?.hash)
      ? [record({ type: 'trust', ...head, ...(settlement ? { settled: settlement } : {}) })]
      : []),
    ...[...gone, ...back].map((change) => record({ type: 'unpaired', ...change })),
  ])
}
