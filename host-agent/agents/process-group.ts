import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import type { Apart } from '../sandbox/sandbox.ts'

export type ProcessGroup = {
  child: { pid?: number | undefined; stdin: Writable; stdout: Readable; stderr: Readable }
  /** The program could not be started; null: it could. */
  failed: Promise<string | null>
  /** Exit code and signal, once it has ended and its output was read. */
  ended: Promise<{ code: number | null; signal: string | null }>
  /** The last of what it wrote to standard error. */
  lastWords(): string
  /** Ends the program and all that it started: asks first, after `graceMs` it no longer asks. */
  kill(graceMs: number): Promise<void>
}

export type ProgramStart = {
  path: string
  args: readonly string[]
  argv0?: string
  cwd: string
  env: Record<string, string>
  /** See `AgentFacts.keyHosts`. */
  keyHosts?: Readonly<Record<string, string>>
  /** See `SpawnOptions.apart`. */
  apart?: Apart
}

/** Starts a program as the leader of a process group of its own, so that nothing it starts is left behind. */
export function startProcessGroup({ path, args, argv0, cwd, env }: ProgramStart): ProcessGroup {
  const child = spawn(path, args, {
    cwd,
    env,
    detached: true,
    stdio: 'pipe',
    ...(argv0 === undefined ? {} : { argv0 }),
  })
  let words = ''
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-4_000)
  })
  // A program that ends early breaks the pipe: its end is told by `ended`.
  child.stdin.on('error', () => {})
  const failed = new Promise<string | null>((resolve) => {
    child.once('spawn', () => resolve(null))
    child.once('error', (error) => resolve(error.message))
  })
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: null, signal: null }))
  })
  return {
    child,
    failed,
    ended,
    lastWords: () => words,
    async kill(graceMs) {
      if (child.pid === undefined) return
      signalGroup(child.pid, 'SIGTERM')
      const timer = setTimeout(() => signalGroup(child.pid as number, 'SIGKILL'), graceMs)
      await new Promise<void>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) resolve()
        else child.once('exit', () => resolve())
      })
      clearTimeout(timer)
      // The leader is gone, what it left in its group is not.
      signalGroup(child.pid, 'SIGKILL')
    },
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // No such group: it has ended.
  }
}

/** When a process started, in clock ticks since boot (proc(5), field 22); null when there is no such process or no /proc. */
export function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

/** Ends a group that an earlier host agent left behind, if its leader is still the same process. */
export function endLeftover(pid: number, startedAt: string): void {
  if (startOf(pid) === startedAt) signalGroup(pid, 'SIGKILL')
}
