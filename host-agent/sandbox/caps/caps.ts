/** Null: no cap. */
export type Caps = {
  /** Of all cores together: 80 on a machine of four cores is 3.2 cores. */
  cpuPercent: number | null
  memoryBytes: number | null
  /** Written since the sandbox was opened, not net growth: what is written and deleted counts. */
  diskWriteBytes: number | null
}

export const noCaps: Caps = { cpuPercent: null, memoryBytes: null, diskWriteBytes: null }

/** Processes in a sandbox at a time: enough for every build, and a fork bomb ends there. */
export const processesMost = 4_096

export type Usage = { cpuPercent: number; memoryBytes: number; diskWriteBytes: number; processes: number }
