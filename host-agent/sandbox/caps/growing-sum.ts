/**
 * What a tree of processes has used so far, from sums that are read while it changes. A child that is waited for between the reading of its parent and its own is
 * missing for one look and there again in the next: counted as new it would count twice. One that nobody waits for takes what it used with it for ever.
 */
export type GrowingSum = {
  /** The sum as read now; the answer: what was used since the last look. */
  read(sum: number): number
}

export function createGrowingSum(): GrowingSum {
  let known = 0
  let lower: number | null = null
  return {
    read(sum) {
      const before = lower !== null && sum < known ? lower : known
      lower = sum < known && lower === null ? sum : null
      if (lower !== null) return 0
      known = sum
      return Math.max(0, sum - before)
    },
  }
}
