import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { type Caps, noCaps } from './caps/caps.ts'

/** What a sandbox says of itself. `isIsolated` comes from its self-test and nothing else; `cpuPercent` is of all cores. */
export const SandboxStatus = z.strictObject({
  id: z.string(),
  project: z.string(),
  isIsolated: z.boolean(),
  firewallStrict: z.boolean(),
  cpuPercent: z.number(),
  memoryBytes: z.number(),
  diskWriteBytes: z.number(),
  processes: z.number(),
  caps: z.strictObject({
    cpuPercent: z.nullable(z.number()),
    memoryBytes: z.nullable(z.number()),
    diskWriteBytes: z.nullable(z.number()),
  }),
  /** Who holds memory and processor: the kernel's groups by name, or `monitor`. */
  heldBy: z.string(),
  violations: z.number(),
})
export type SandboxStatus = z.infer<typeof SandboxStatus>

/** All sandboxes of this machine's user in one: sums, and isolated only where each one is. */
export type SandboxSummary = {
  isActive: boolean
  isIsolated: boolean
  cpuPercent: number
  memoryBytes: number
  diskWriteBytes: number
  /** What they may take together; null where one of them has no cap. */
  caps: Caps
}

export function summarize(statuses: readonly SandboxStatus[]): SandboxSummary {
  const sum = (of: (status: SandboxStatus) => number) => statuses.reduce((total, status) => total + of(status), 0)
  const capOf = (of: keyof Caps) =>
    statuses.every(({ caps }) => caps[of] !== null) ? sum(({ caps }) => caps[of] ?? 0) : null
  return {
    isActive: statuses.length > 0,
    isIsolated: statuses.length > 0 && statuses.every(({ isIsolated }) => isIsolated),
    cpuPercent: sum(({ cpuPercent }) => cpuPercent),
    memoryBytes: sum(({ memoryBytes }) => memoryBytes),
    diskWriteBytes: sum(({ diskWriteBytes }) => diskWriteBytes),
    caps: {
      cpuPercent: capOf('cpuPercent'),
      memoryBytes: capOf('memoryBytes'),
      diskWriteBytes: capOf('diskWriteBytes'),
    },
  }
}

/** `Active | Isolated | CPU: 45% | Memory: 2.1GB | Disk: 0.2GB`, with GB of 1024³ bytes as the caps have them. */
export function statusLine({ isActive, isIsolated, cpuPercent, memoryBytes, diskWriteBytes }: SandboxSummary): string {
  const gigabytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)}GB`
  return [
    isActive ? 'Active' : 'Inactive',
    // Where none runs there is nothing that could be isolated or not.
    isIsolated ? 'Isolated' : isActive ? 'Not isolated' : 'None runs now',
    `CPU: ${Math.round(cpuPercent)}%`,
    `Memory: ${gigabytes(memoryBytes)}`,
    `Disk: ${gigabytes(diskWriteBytes)}`,
  ].join(' | ')
}

/** The word about caps that nobody set. */
export const capsOf = (caps: Partial<Caps>): Caps => ({ ...noCaps, ...caps })

const file = 'status.json'

/** Where the sandboxes that run now keep what belongs to them: one folder each, named by the process that holds it. */
export const runFolder = (state: string) => join(state, 'run')

export function writeStatus(folder: string, status: SandboxStatus): void {
  const path = join(folder, file)
  writeFileSync(`${path}.new`, JSON.stringify(status), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** Every sandbox whose process is alive; what a killed one left behind is removed. */
export function readStatuses(state: string): SandboxStatus[] {
  mkdirSync(runFolder(state), { recursive: true, mode: 0o700 })
  return readdirSync(runFolder(state)).flatMap((name) => {
    const folder = join(runFolder(state), name)
    if (!isHeld(name)) {
      rmSync(folder, { recursive: true, force: true })
      return []
    }
    try {
      const parsed = SandboxStatus.safeParse(JSON.parse(readFileSync(join(folder, file), 'utf8')))
      return parsed.success ? [parsed.data] : []
    } catch {
      // It is just starting or ending.
      return []
    }
  })
}

/** A name of a run folder: the process that holds it, by its number and the tick at which it started, and something of its own. */
export const runName = (unique: string) => `${process.pid}-${startedAt(process.pid) ?? 0}-${unique}`

/** Whether the process that a run folder or a group is named by still lives. */
export function isHeld(name: string): boolean {
  const [pid = '', started = ''] = name.split('-')
  return startedAt(Number(pid)) === started
}

function startedAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // One that nobody has waited for yet is not alive.
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}
