import type { Clock } from '#link/clock.ts'

export type HandClock = Clock & {
  /** Moves time forward and runs what became due, in order. */
  advance(ms: number): void
  /** How long until the next thing is due; null when nothing is. */
  nextInMs(): number | null
}

/** A clock that moves only when told. */
export function handClock(start = 1_800_000_000_000): HandClock {
  let now = start
  let timers: { at: number; run: () => void }[] = []
  const next = () => timers.toSorted((a, b) => a.at - b.at)[0]
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    nextInMs: () => {
      const timer = next()
      return timer ? timer.at - now : null
    },
    advance(ms) {
      const until = now + ms
      for (let timer = next(); timer && timer.at <= until; timer = next()) {
        const due = timer
        timers = timers.filter((other) => other !== due)
        now = due.at
        due.run()
      }
      now = until
    },
  }
}
