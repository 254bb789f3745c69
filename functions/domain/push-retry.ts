const firstMs = 60_000
const longestMs = 3_600_000
const most = 10

/** When to try a push again that a push service did not take; null when it would come too late or was tried often enough. */
export function nextTry(tries: number, now: number, until: number): number | null {
  const at = now + Math.min(firstMs * 2 ** (tries - 1), longestMs)
  return tries >= most || at >= until ? null : at
}
