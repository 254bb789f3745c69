import type { Random } from './random.ts'

type File = { content: Buffer; durable: Buffer }

/**
 * The disk of one host's life. What was written and not synced is lost in a crash, as a whole or from some byte on. The machine may die at any operation: that one and
 * all later ones of this life never answer.
 */
export type VirtualDisk = {
  readonly root: string
  files: Map<string, File>
  /** Made, and perhaps empty; after a crash only those that hold something are there. */
  folders: Set<string>
  /** Runs when the disk has had time for a sync. */
  later(run: () => void): void
  /** Counts an operation; false: the machine is dead, or dies now. */
  step(): boolean
  /** What the next life finds. */
  crash(root: string, random: Random): VirtualDisk
  /** Dies at that many operations from now; infinity: it lives. */
  dieAt(operations: number): void
  /** Resolves when the machine has died. */
  death: Promise<null>
  dead(): boolean
}

export function virtualDisk(
  root: string,
  later: (run: () => void) => void,
  files = new Map<string, File>(),
): VirtualDisk {
  let left = Number.POSITIVE_INFINITY
  let isDead = false
  let died = () => {}
  const death = new Promise<null>((resolve) => {
    died = () => resolve(null)
  })
  return {
    death,
    later,
    root,
    files,
    folders: new Set(),
    step() {
      if (isDead) return false
      left -= 1
      if (left > 0) return true
      isDead = true
      died()
      return false
    },
    dieAt(operations) {
      left = operations
    },
    dead: () => isDead,
    crash(next, random) {
      const kept = new Map<string, File>()
      for (const [path, { content, durable }] of files) {
        // Bytes behind the last sync arrive in order, or not at all.
        const grown = content.subarray(0, durable.length).equals(durable)
        const extra = grown ? random.below(content.length - durable.length + 1) : 0
        const whole = Buffer.from(grown ? content.subarray(0, durable.length + extra) : durable)
        kept.set(next + path.slice(root.length), { content: whole, durable: whole })
      }
      return virtualDisk(next, later, kept)
    },
  }
}
