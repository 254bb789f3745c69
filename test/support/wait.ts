/** Something that tells when it may have changed; `subscribe` returns the way out. */
export type Changes = { subscribe(listener: () => void): () => void }

export type WaitOptions = {
  /** What is waited for, as the error will call it. A function is asked only when the time is over. */
  what: string | (() => string)
  /** After this long the wait fails: it ends a test that hangs and says nothing about speed. */
  timeoutMs?: number
  /** Looks again at once when this changes, and else from time to time. */
  on?: Changes
}

const pollMs = 25

/**
 * Waits until `look` returns something truthy, and returns it. What `look` throws ends the wait.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  { what, timeoutMs = 30_000, on }: WaitOptions,
): Promise<Exclude<T, null | undefined | false | 0 | ''>> {
  const end = performance.now() + timeoutMs
  for (;;) {
    // The listener is there before the look, so that no change falls between the two.
    const change = nextChange(on)
    try {
      const found = await look()
      if (found) return found as Exclude<T, null | undefined | false | 0 | ''>
      if (performance.now() > end) {
        throw new Error(`waited ${timeoutMs} ms in vain for ${typeof what === 'string' ? what : what()}`)
      }
      await change.happened
    } finally {
      change.stop()
    }
  }
}

function nextChange(on: Changes | undefined) {
  const { promise: happened, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, pollMs)
  const unsubscribe = on?.subscribe(resolve)
  const stop = () => {
    clearTimeout(timer)
    unsubscribe?.()
  }
  return { happened, stop }
}

/** A `Changes` to be rung by its owner. */
export function createChanges(): Changes & { changed(): void } {
  const listeners = new Set<() => void>()
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    changed() {
      for (const listener of [...listeners]) listener()
    },
  }
}
