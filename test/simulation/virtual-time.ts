import type { Clock } from '#link/clock.ts'

/** Time of a run: it stands still while anybody works, and then jumps to what is due next. */
export type VirtualTime = {
  /** Milliseconds since the run began: nobody can set it. */
  elapsed(): number
  /** Runs once, `ms` from now. Returns how to call it off. */
  after(ms: number, run: () => void | Promise<void>): () => void
  /** Moves on until `ms` have passed. */
  run(ms: number): Promise<void>
  /** A wall clock that starts at `start` and may be set by somebody; `alive` false: its owner is dead, and hears of nothing any more. */
  clock(alive?: () => boolean): Clock & { set(by: number): void }
}

type Due = { at: number; order: number; run(): void | Promise<void> }

/** `quiet` resolves when everything that follows from an event has happened. */
export function virtualTime(start: number, quiet: () => Promise<void>): VirtualTime {
  let elapsed = 0
  let order = 0
  const due: Due[] = []

  /** A binary heap by time, then by the order of asking. */
  const before = (one: Due, other: Due) => one.at < other.at || (one.at === other.at && one.order < other.order)
  function push(item: Due): void {
    due.push(item)
    for (let at = due.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!before(due[at] as Due, due[parent] as Due)) return
      ;[due[at], due[parent]] = [due[parent] as Due, due[at] as Due]
      at = parent
    }
  }
  function pop(): Due | undefined {
    const first = due[0]
    const last = due.pop()
    if (!first || !last || due.length === 0) return first
    due[0] = last
    for (let at = 0; ; ) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < due.length && before(due[child] as Due, due[least] as Due)) least = child
      if (least === at) return first
      ;[due[at], due[least]] = [due[least] as Due, due[at] as Due]
      at = least
    }
  }

  function after(ms: number, run: Due['run']): () => void {
    let off = false
    order += 1
    push({ at: elapsed + Math.max(0, ms), order, run: () => (off ? undefined : run()) })
    return () => {
      off = true
    }
  }

  return {
    elapsed: () => elapsed,
    after,
    async run(ms) {
      const until = elapsed + ms
      while (due[0] && due[0].at <= until) {
        const next = pop() as Due
        elapsed = next.at
        await next.run()
        await quiet()
      }
      elapsed = until
    },
    clock(alive = () => true) {
      let offset = start
      return {
        now: () => Math.floor(offset + elapsed),
        after: (ms, run) => after(ms, () => (alive() ? run() : undefined)),
        set: (by) => {
          offset += by
        },
      }
    },
  }
}
