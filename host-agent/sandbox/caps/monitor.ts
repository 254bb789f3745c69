import { availableParallelism, setPriority } from 'node:os'
import { sendSignal } from '../send-signal.ts'
import type { OnViolation } from '../violation.ts'
import type { Caps, Usage } from './caps.ts'
import { createGrowingSum, type GrowingSum } from './growing-sum.ts'
import { exactMemory, type ProcessFacts, readTree } from './process-tree.ts'

/** Which caps the kernel keeps already; the monitor then only counts. `memoryKills`: how often it has ended a process for the cap on memory. */
export type Kept = { cpu: boolean; memory: boolean; memoryKills(): number }

export const nothingKept: Kept = { cpu: false, memory: false, memoryKills: () => 0 }

export type Monitor = {
  /** Watches a launched command by the pid of its launcher until `forget`. `depth`: how many process namespaces its programs are in. */
  watch(pid: number, depth: number): void
  /** The answer: the most memory that it held when looked at, in bytes, and whether something of it was ended for a cap, which is told. */
  forget(pid: number): { peakBytes: number; wasEnded: boolean }
  usage(): Usage
  close(): void
}

const usualMs = 100
/** When nobody has used the processor for a while, or when there is nothing to hold and only the status line asks. */
const restingMs = 500
const leastMs = 2
/** Faster than a page cache takes, or a memory that several processes fill: decides how long one may look away before a cap could be passed. */
const bytesAMs = 6_000_000
const shownOverMs = 1_000

type Watched = {
  pid: number
  depth: number
  since: number
  cpuSeconds: GrowingSum
  written: GrowingSum
  peakBytes: number
  hidden: ReadonlySet<number>
  gone: number
  killsBefore: number
}

/**
 * Counts what the commands of a sandbox use and holds the caps that the kernel doesn't: the processor by stopping and continuing them, memory and
 * disk by ending them. Looks again the sooner the nearer a cap is.
 */
export function createMonitor(caps: Caps, kept: Kept, onViolation: OnViolation): Monitor {
  const watched = new Map<number, Watched>()
  const cores = availableParallelism()
  let written = 0
  let memory = 0
  let processes = 0
  let kills = 0
  let credit = 0
  let isStopped = false
  let looked = performance.now()
  let timer: NodeJS.Timeout | null = null
  let recent: { at: number; seconds: number }[] = []
  let shownCpu = 0
  let resting = 0
  const isHolding =
    caps.diskWriteBytes !== null ||
    (caps.memoryBytes !== null && !kept.memory) ||
    (caps.cpuPercent !== null && !kept.cpu)

  /** The kernel says nothing when it ends one program among others, and whoever started them may live on. */
  const tellKills = () => {
    const now = kept.memoryKills()
    if (now > kills) onViolation({ code: 'sandbox_memory_exceeded', detail: `${now - kills} ended by the kernel` })
    kills = Math.max(kills, now)
  }

  const look = () => {
    timer = null
    tellKills()
    const now = performance.now()
    const passed = (now - looked) / 1_000
    looked = now
    let used = 0
    memory = 0
    processes = 0
    const trees = [...watched.values()].map((entry) => ({ entry, tree: readTree(entry.pid) }))
    for (const { entry, tree } of trees) {
      const workload = workloadOf(tree, entry.depth)
      used += entry.cpuSeconds.read(tree.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0))
      written += entry.written.read(tree.reduce((sum, process) => sum + (process.written ?? 0), 0))
      const held = workload.reduce((sum, process) => sum + process.memoryBytes, 0)
      entry.peakBytes = Math.max(entry.peakBytes, held)
      memory += held
      processes += workload.length
      const hidden = new Set(workload.filter((process) => process.written === null).map(({ pid }) => pid))
      // Twice in a row, because one that is ending or starting another program may be hidden for a moment.
      if (caps.diskWriteBytes !== null && [...hidden].some((pid) => entry.hidden.has(pid)))
        end(entry, workload, 'sandbox_disk_exceeded', 'a program hides what it writes')
      entry.hidden = hidden
    }
    resting = used < 0.005 ? resting + 1 : 0
    recent = [...recent.filter(({ at }) => now - at < shownOverMs), { at: now, seconds: used }]
    const span = Math.min(shownOverMs, Math.max(usualMs, now - (recent[0]?.at ?? now) + usualMs)) / 1_000
    shownCpu = (recent.reduce((sum, { seconds }) => sum + seconds, 0) / span / cores) * 100
    if (caps.diskWriteBytes !== null && written > caps.diskWriteBytes)
      for (const { entry, tree } of trees)
        end(entry, workloadOf(tree, entry.depth), 'sandbox_disk_exceeded', `${written} bytes written`)
    if (caps.memoryBytes !== null && !kept.memory && memory > caps.memoryBytes) endLargest(trees)
    if (caps.cpuPercent !== null && !kept.cpu) hold(trees, used, passed, (caps.cpuPercent / 100) * cores)
    plan()
  }

  /** A bucket of processor time that fills at the cap's rate and holds a tenth of a second: empty, everything stops until it is filled again. */
  function hold(trees: { entry: Watched; tree: ProcessFacts[] }[], used: number, passed: number, rate: number) {
    credit = Math.min(credit + passed * rate - used, rate * 0.1)
    const stop = credit < 0
    if (!stop && !isStopped) return
    isStopped = stop
    for (const { entry } of trees) signalWorkload(entry, stop ? 'SIGSTOP' : 'SIGCONT')
  }

  function signalWorkload(entry: Watched, signal: 'SIGSTOP' | 'SIGCONT') {
    const workload = () => workloadOf(readTree(entry.pid), entry.depth)
    // Everybody: one that was told to stop and had no turn on the processor since does not look stopped yet, and would stop for ever.
    if (signal === 'SIGCONT') {
      for (const { pid } of workload()) sendSignal(pid, signal)
      return
    }
    // Again until nobody is left that a fork has hidden in between.
    for (let round = 0; round < 5; round++) {
      const running = workload().filter(({ isStopped }) => !isStopped)
      if (running.length === 0) return
      for (const { pid } of running) sendSignal(pid, signal)
    }
  }

  function endLargest(trees: { entry: Watched; tree: ProcessFacts[] }[]) {
    // Counting exactly takes a while, in which a program that grows would grow on.
    for (const { entry } of trees) signalWorkload(entry, 'SIGSTOP')
    const exact = trees.map(({ entry }) => {
      const workload = workloadOf(readTree(entry.pid), entry.depth)
      return { entry, workload, bytes: exactMemory(workload.map(({ pid }) => pid)) }
    })
    memory = exact.reduce((sum, { bytes }) => sum + bytes, 0)
    const [largest] = exact.sort((a, b) => b.bytes - a.bytes)
    if (largest && caps.memoryBytes !== null && memory > caps.memoryBytes)
      end(largest.entry, largest.workload, 'sandbox_memory_exceeded', `${memory} bytes in use`)
    if (!isStopped) for (const { entry } of trees) signalWorkload(entry, 'SIGCONT')
  }

  function end(
    entry: Watched,
    workload: readonly ProcessFacts[],
    code: 'sandbox_memory_exceeded' | 'sandbox_disk_exceeded',
    detail: string,
  ) {
    // The first process of their namespace takes all the others with it.
    const init = readTree(entry.pid).find(({ depth, innerPid }) => depth === entry.depth && innerPid === 1)
    if (entry.gone === 0) onViolation({ code, detail })
    entry.gone++
    for (const pid of init ? [init.pid] : workload.map((process) => process.pid)) sendSignal(pid, 'SIGKILL')
  }

  function plan() {
    if (timer !== null || watched.size === 0) return
    const distances = [
      ...(caps.diskWriteBytes === null ? [] : [caps.diskWriteBytes - written]),
      ...(caps.memoryBytes === null || kept.memory ? [] : [caps.memoryBytes - memory]),
    ]
    const near = Math.min(...distances) / bytesAMs
    const isTight = caps.cpuPercent !== null && !kept.cpu && (isStopped || credit < 0.02)
    // What is short may write much: a young command is looked at again when it is twice as old.
    const youngest = Math.min(...[...watched.values()].map(({ since }) => performance.now() - since))
    const usual = !isHolding || resting > 20 ? restingMs : usualMs
    timer = setTimeout(look, Math.max(leastMs, Math.min(isTight ? 20 : usual, near, youngest)))
    timer.unref()
  }

  return {
    watch(pid, depth) {
      if (isHolding) for (const process of readTree(pid)) giveWay(process.pid)
      resting = 0
      watched.set(pid, {
        pid,
        depth,
        since: performance.now(),
        cpuSeconds: createGrowingSum(),
        written: createGrowingSum(),
        peakBytes: 0,
        hidden: new Set(),
        gone: 0,
        killsBefore: kills,
      })
      if (timer) clearTimeout(timer)
      timer = null
      plan()
    },
    forget(pid) {
      tellKills()
      const { peakBytes = 0, killsBefore = kills, gone = 0 } = watched.get(pid) ?? {}
      const seen = { peakBytes, wasEnded: gone > 0 || kills > killsBefore }
      watched.delete(pid)
      if (watched.size > 0) return seen
      memory = 0
      processes = 0
      shownCpu = 0
      isStopped = false
      return seen
    },
    usage: () => ({ cpuPercent: shownCpu, memoryBytes: memory, diskWriteBytes: written, processes }),
    close() {
      if (timer) clearTimeout(timer)
      watched.clear()
    },
  }
}

/** The programs themselves: in the innermost namespace, without its first process, which is bwrap's. */
const workloadOf = (tree: readonly ProcessFacts[], depth: number) =>
  tree.filter((process) => process.depth === depth && process.innerPid !== 1 && !process.isZombie)

/** Whoever holds a cap has to get the processor at once when it is time to look, on a busy machine too. Children inherit it. */
function giveWay(pid: number): void {
  try {
    setPriority(pid, 10)
  } catch {
    // It has ended.
  }
}
