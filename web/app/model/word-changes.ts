/** A stretch of a line, and whether it is other in the line's pair. */
export type Span = { text: string; changed: boolean }

/** Above this many comparisons the middle of a line counts as changed whole: no line may freeze the screen. */
const MOST = 40_000
/** With less than this in common two lines are two lines, and marking nearly all of one says nothing. */
const COMMON = 0.3

/** What of `line` is not in `other`, by words: the longest common subsequence between the common beginning and end (Hunt and McIlroy, 1976). */
export function wordChanges(line: string, other: string): Span[] {
  const [mine, theirs] = [wordsOf(line), wordsOf(other)]
  let head = 0
  while (head < mine.length && mine[head] === theirs[head]) head += 1
  let tail = 0
  while (tail < Math.min(mine.length, theirs.length) - head && mine.at(-1 - tail) === theirs.at(-1 - tail)) tail += 1
  const middle = mine.slice(head, mine.length - tail)
  const kept = common(middle, theirs.slice(head, theirs.length - tail))
  const same = [...mine.slice(0, head), ...middle.filter((_, at) => kept.has(at)), ...mine.slice(mine.length - tail)]
  if (same.join('').trim().length < COMMON * line.trim().length) return [{ text: line, changed: false }]
  const spans: Span[] = []
  mine.forEach((text, at) => {
    const changed = at >= head && at < mine.length - tail && !kept.has(at - head)
    const last = spans.at(-1)
    if (last?.changed === changed) last.text += text
    else spans.push({ text, changed })
  })
  return spans
}

const wordsOf = (line: string): string[] => line.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? []

/** Which of `a` are in a longest common subsequence with `b`. */
function common(a: readonly string[], b: readonly string[]): ReadonlySet<number> {
  const kept = new Set<number>()
  if (a.length * b.length > MOST) return kept
  const width = b.length + 1
  const best = new Uint16Array((a.length + 1) * width)
  const at = (i: number, j: number) => best[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      best[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      kept.add(i)
      i += 1
      j += 1
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1
    else j += 1
  }
  return kept
}
