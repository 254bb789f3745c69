import { readdirSync, readFileSync } from 'node:fs'

/** One process as /proc tells it; times in seconds, sizes in bytes. `written` null: the kernel doesn't show it to us. */
export type ProcessFacts = {
  pid: number
  name: string
  /** How many namespaces of processes it is in, and its number in the innermost one. */
  depth: number
  innerPid: number
  isStopped: boolean
  isZombie: boolean
  /** Its own time and that of its children that were waited for. */
  cpuSeconds: number
  memoryBytes: number
  written: number | null
}

/** sysconf(_SC_CLK_TCK) is 100 on every Linux that Node runs on. */
const ticksASecond = 100

/** Reads a process and all that descends from it; what ends meanwhile is left out. */
export function readTree(root: number): ProcessFacts[] {
  const found: ProcessFacts[] = []
  const open = [root]
  const seen = new Set<number>()
  while (open.length > 0) {
    const pid = open.pop() as number
    if (seen.has(pid)) continue
    seen.add(pid)
    const facts = readProcess(pid)
    if (facts) found.push(facts)
    open.push(...childrenOf(pid))
  }
  return found
}

/** Children of every thread: a child belongs to the one that made it. */
export function childrenOf(pid: number): number[] {
  const tasks = list(`/proc/${pid}/task`)
  return tasks.flatMap((task) =>
    (read(`/proc/${pid}/task/${task}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  )
}

function readProcess(pid: number): ProcessFacts | null {
  const stat = read(`/proc/${pid}/stat`)
  const status = read(`/proc/${pid}/status`)
  if (stat === null || status === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const times = fields.slice(11, 15).map(Number)
  const state = fields[0]
  const numbers = /^NSpid:\t(.*)$/m.exec(status)?.[1]?.split('\t') ?? []
  const isZombie = state === 'Z' || state === 'X'
  return {
    pid,
    name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
    depth: numbers.length,
    innerPid: Number(numbers.at(-1)),
    isStopped: state === 'T',
    isZombie,
    cpuSeconds: times.reduce((sum, ticks) => sum + ticks, 0) / ticksASecond,
    memoryBytes: (kilobytes(status, 'RssAnon') + kilobytes(status, 'RssShmem') + kilobytes(status, 'VmSwap')) * 1024,
    written: isZombie ? 0 : writtenBy(pid),
  }
}

/** Bytes that it, its threads and its waited-for children caused to be written to a disk; null: it can't be read while the process lives. */
function writtenBy(pid: number): number | null {
  try {
    const io = readFileSync(`/proc/${pid}/io`, 'latin1')
    return Number(/^write_bytes: (\d+)$/m.exec(io)?.[1] ?? 0)
  } catch (error) {
    // One that is just ending belongs to root for a moment, and has no memory any more.
    const isHidden = error instanceof Error && 'code' in error && error.code === 'EACCES'
    return isHidden && read(`/proc/${pid}/status`)?.includes('\nVmRSS:') ? null : 0
  }
}

/** Exact memory: pages shared by processes count once. Costs milliseconds a gigabyte, so only for when it matters. */
export function exactMemory(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const text = read(`/proc/${pid}/smaps_rollup`) ?? ''
    return sum + (kilobytes(text, 'Pss_Anon') + kilobytes(text, 'Pss_Shmem') + kilobytes(text, 'SwapPss')) * 1024
  }, 0)
}

const kilobytes = (text: string, name: string) =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0)

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return null
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
