import { type Clock, pause } from '#link/clock.ts'

/** Milliseconds between two tries to write what the disk had no room for. */
const againMs = 2_000

/** Where files that only grow wait for room, instead of failing: nothing counts that is not on the disk, so nothing is released meanwhile. */
export type Disk = {
  isFull(): boolean
  /** A write found no room: resolves when it is worth trying again, or at once when `signal` aborts. */
  wait(file: object, signal: AbortSignal): Promise<void>
  /** Its write has succeeded, or it waits no more. */
  written(file: object): void
}

/** `changed` is told when the first file begins to wait, and when none waits any more. */
export function createDisk(clock: Clock, changed: (isFull: boolean) => void): Disk {
  const waiting = new Set<object>()
  return {
    isFull: () => waiting.size > 0,
    wait(file, signal) {
      waiting.add(file)
      if (waiting.size === 1) changed(true)
      return pause(clock, againMs, signal)
    },
    written(file) {
      if (waiting.delete(file) && waiting.size === 0) changed(false)
    },
  }
}

/** No room, or none for this user (errno(3)). */
export const isFullDisk = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
