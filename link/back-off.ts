/** How long to wait before trying again: doubling, with a ceiling. Times in milliseconds. */
export type BackOff = { firstMs: number; mostMs: number }

export const callBackOff: BackOff = { firstMs: 200, mostMs: 5_000 }
/** A relay that comes back must not meet all of its hosts in the same second, and a phone must not wait a minute. */
export const connectBackOff: BackOff = { firstMs: 300, mostMs: 30_000 }

/**
 * The wait before try number `tries` + 1 (`tries` ≥ 1 have failed). "Equal jitter": half is certain, half is chance, so that neither a
 * storm nor a hot loop arises. `random` returns [0, 1).
 */
export function backOffMs({ firstMs, mostMs }: BackOff, tries: number, random: () => number): number {
  const ceiling = Math.min(mostMs, firstMs * 2 ** Math.min(tries - 1, 30))
  return Math.round(ceiling / 2 + (ceiling / 2) * random())
}
