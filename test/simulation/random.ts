/** Everything that is chance in one run: the same seed gives the same draws in the same order. */
export type Random = {
  /** [0, 1) */
  next(): number
  /** 0 to below `n`. */
  below(n: number): number
  chance(p: number): boolean
  pick<T>(of: readonly T[]): T
  bytes(length: number): Uint8Array<ArrayBuffer>
  fill(bytes: Uint8Array): void
}

/** mulberry32: small, fast, and good enough to choose; nothing is kept secret by it. */
export function seeded(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  const next = () => word() / 2 ** 32
  const fill = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = word() >>> 24
  }
  return {
    next,
    below: (n) => Math.floor(next() * n),
    chance: (p) => next() < p,
    pick: <T>(of: readonly T[]) => of[Math.floor(next() * of.length)] as T,
    bytes(length) {
      const bytes = new Uint8Array(length)
      fill(bytes)
      return bytes
    },
    fill,
  }
}
