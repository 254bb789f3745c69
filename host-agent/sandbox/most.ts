import { statfsSync } from 'node:fs'
import { totalmem } from 'node:os'
import type { UsageMost } from '#protocol/statements/status.ts'
import type { Caps } from './caps/caps.ts'

/** What there is of what sandboxes use: all of the machine's memory, and the disk that a folder is on. */
export type Machine = { memoryBytes: number; diskBytes: number }

export function readMachine(folder: string): Machine {
  const { blocks, bsize } = statfsSync(folder)
  return { memoryBytes: totalmem(), diskBytes: blocks * bsize }
}

/** How far the usage can go: to the caps, where there are some below what the machine has. */
export function mostOf(caps: Caps, { memoryBytes, diskBytes }: Machine): UsageMost {
  const most = (cap: number | null, all: number) => ({
    value: Math.min(cap ?? all, all),
    isCap: cap !== null && cap < all,
  })
  return {
    cpuPercent: most(caps.cpuPercent, 100),
    memoryBytes: most(caps.memoryBytes, memoryBytes),
    diskWriteBytes: most(caps.diskWriteBytes, diskBytes),
  }
}
