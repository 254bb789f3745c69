/**
 * Heights of many rows, of which most are guessed until they were seen: where a row begins, and which row is at a place, both in O(log n) (a Fenwick tree; Fenwick, 1994). In pixels.
 */
export type RowHeights = {
  count(): number
  /** Rows that come are added at the end with the guess; fewer rows than before begin anew. */
  setCount(count: number): void
  /** A row's height as it was measured. Returns by how much it differs from what was known. */
  measured(row: number, height: number): number
  /** Where a row begins; `top(count())` is the height of all. */
  top(row: number): number
  /** The row that is at a place. */
  rowAt(place: number): number
}

export function openRowHeights(guess: number): RowHeights {
  let heights: number[] = []
  /** `tree[i]` sums the rows of the range that ends at i and is as long as i's lowest bit. Row 0 is at 1. */
  let tree: number[] = [0]

  function append(): void {
    heights.push(guess)
    const at = heights.length
    let sum = guess
    for (let step = 1; step < (at & -at); step *= 2) sum += tree[at - step] ?? 0
    tree.push(sum)
  }

  function top(row: number): number {
    let sum = 0
    for (let at = Math.min(row, heights.length); at > 0; at -= at & -at) sum += tree[at] ?? 0
    return sum
  }

  return {
    count: () => heights.length,
    top,
    setCount(count) {
      if (count < heights.length) {
        heights = []
        tree = [0]
      }
      while (heights.length < count) append()
    },
    measured(row, height) {
      const delta = height - (heights[row] ?? height)
      if (delta === 0) return 0
      heights[row] = height
      for (let at = row + 1; at < tree.length; at += at & -at) tree[at] = (tree[at] ?? 0) + delta
      return delta
    },
    rowAt(place) {
      let at = 0
      let left = place
      for (let step = 2 ** Math.floor(Math.log2(Math.max(heights.length, 1))); step >= 1; step /= 2) {
        const next = at + step
        if (next > heights.length || (tree[next] ?? 0) > left) continue
        at = next
        left -= tree[next] ?? 0
      }
      return Math.max(Math.min(at, heights.length - 1), 0)
    },
  }
}
