import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { isHeld } from '../status.ts'
import { type Caps, processesMost } from './caps.ts'
import type { Kept } from './monitor.ts'

/** Groups of the kernel in which the commands of one sandbox run. */
export type ControlGroup = {
  name: string
  kept: Kept
  /** A launcher writes its own number into each of these before it goes on. */
  join: readonly string[]
  close(): void
}

const periodUs = 100_000

/** Cgroup v1: a folder of ours in each hierarchy, below where this process is. Null: not writable, or not there. */
export function directGroupV1(
  id: string,
  caps: Caps,
  root = '/sys/fs/cgroup',
  own = readOwnGroups(),
): ControlGroup | null {
  const made: string[] = []
  const make = (controller: string) => {
    const parent = join(root, controller, own.get(controller) ?? '/')
    sweep(parent)
    const path = join(parent, `countersign-${id}`)
    mkdirSync(path)
    made.push(path)
    return path
  }
  try {
    const memory = make('memory')
    const pids = make('pids')
    const cpu = make('cpu')
    writeFileSync(join(pids, 'pids.max'), String(processesMost))
    if (caps.memoryBytes !== null) {
      writeFileSync(join(memory, 'memory.limit_in_bytes'), String(caps.memoryBytes))
      tryWrite(join(memory, 'memory.memsw.limit_in_bytes'), String(caps.memoryBytes))
    }
    if (caps.cpuPercent !== null) {
      writeFileSync(join(cpu, 'cpu.cfs_period_us'), String(periodUs))
      writeFileSync(join(cpu, 'cpu.cfs_quota_us'), String(quotaUs(caps.cpuPercent)))
    }
    return {
      name: 'cgroup v1',
      kept: {
        cpu: true,
        memory: true,
        memoryKills: () => counter(join(memory, 'memory.oom_control'), 'oom_kill'),
      },
      join: made.map((path) => join(path, 'cgroup.procs')),
      close: () => made.forEach(tryRemove),
    }
  } catch {
    made.forEach(tryRemove)
    return null
  }
}

/** Cgroup v2: one folder of ours below `parent`, which has to hand its controllers on and hold no process itself. Null: it can't be. */
export function groupV2(id: string, caps: Caps, parent: string): ControlGroup | null {
  const path = join(parent, `countersign-${id}`)
  try {
    const missing = ['cpu', 'memory', 'pids'].filter(
      (name) => !readFileSync(join(parent, 'cgroup.subtree_control'), 'utf8').split(/\s+/).includes(name),
    )
    if (missing.length > 0)
      writeFileSync(join(parent, 'cgroup.subtree_control'), missing.map((name) => `+${name}`).join(' '))
    sweep(parent)
    mkdirSync(path)
    writeFileSync(join(path, 'pids.max'), String(processesMost))
    if (caps.memoryBytes !== null) {
      writeFileSync(join(path, 'memory.max'), String(caps.memoryBytes))
      tryWrite(join(path, 'memory.swap.max'), '0')
    }
    if (caps.cpuPercent !== null) writeFileSync(join(path, 'cpu.max'), `${quotaUs(caps.cpuPercent)} ${periodUs}`)
    return {
      name: 'cgroup v2',
      kept: { cpu: true, memory: true, memoryKills: () => counter(join(path, 'memory.events'), 'oom_kill') },
      join: [join(path, 'cgroup.procs')],
      close: () => tryRemove(path),
    }
  } catch {
    tryRemove(path)
    return null
  }
}

const quotaUs = (percent: number) => Math.max(1_000, Math.round((percent / 100) * availableParallelism() * periodUs))

/** The folder of this process in each hierarchy (cgroups(7), /proc/PID/cgroup); v2 under the name ''. */
export function readOwnGroups(text = readFileSync('/proc/self/cgroup', 'utf8')): Map<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, names = '', path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
      return path === undefined ? [] : names.split(',').map((name): [string, string] => [name, path])
    }),
  )
}

/** Removes the groups of host agents that were killed. */
function sweep(parent: string): void {
  const left = readdirSync(parent).filter(
    (name) => name.startsWith('countersign-') && !isHeld(name.slice('countersign-'.length)),
  )
  for (const name of left) tryRemove(join(parent, name))
}

function counter(path: string, name: string): number {
  try {
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(readFileSync(path, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

function tryWrite(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch {
    // A kernel without accounts of swap: then the cap is of memory alone.
  }
}

function tryRemove(path: string): void {
  try {
    rmdirSync(path)
  } catch {
    // Something still runs in it, or it was never made.
  }
}
