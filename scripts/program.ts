import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const cli = join(import.meta.dirname, '../cli/main.ts')
const launcher = join(import.meta.dirname, '../cli/countersign.mjs')
const follow = pathToFileURL(join(import.meta.dirname, 'follow-launcher.mjs')).href

/** One line of `--json`: the event's name and its fields. */
export type Fact = { event: string; [field: string]: unknown }

/** A verb of the program as a real process of its own, whose facts are read from its standard output. */
export type Program = {
  pid: number
  facts: readonly Fact[]
  /** Resolves with the first fact, also an earlier one, that fits; rejects when the program ends without it. */
  fact(fits: (fact: Fact) => boolean): Promise<Fact>
  type(line: string): void
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>
  /** As a power cut would. */
  kill(): Promise<void>
  /** Resolves with the exit code, null after a signal. */
  ended: Promise<number | null>
}

export type ProgramOptions = {
  /** By the launcher that npm links, as people start it; default: its sources, directly. */
  asInstalled?: boolean
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** Sees every fact at once. */
  onFact?(fact: Fact): void
  /** Lines of its log on standard error; absent: they are kept for the message when it fails. */
  onLog?(line: string): void
}

const KEPT_LOG_LINES = 40

export function startProgram(args: readonly string[], options: ProgramOptions = {}): Program {
  // Of a group of its own, as Ctrl-C at the terminal is for the launcher, which stops its programs in order; should the launcher be killed outright, they follow it.
  const start = options.asInstalled ? [launcher] : ['--import', follow, cli]
  const child = spawn(process.execPath, [...start, ...args, '--json'], {
    cwd: options.cwd,
    env: { ...(options.env ?? process.env), COUNTERSIGN_LAUNCHER: String(process.pid) },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const facts: Fact[] = []
  const log: string[] = []
  const looks = new Set<() => void>()
  const look = () => {
    for (const run of [...looks]) run()
  }
  let over = false
  createInterface({ input: child.stdout }).on('line', (line) => {
    const fact = factOf(line)
    if (!fact) return
    facts.push(fact)
    options.onFact?.(fact)
    look()
  })
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.push(line)
    if (log.length > KEPT_LOG_LINES) log.shift()
    options.onLog?.(line)
  })
  // What is written to a program that just ended is lost, and that is said by its end.
  child.stdin.on('error', () => {})
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      over = true
      look()
      resolve(code)
    })
  })
  const said = () => [...facts.slice(-3).map((fact) => JSON.stringify(fact)), ...log].join('\n')
  return {
    pid: child.pid ?? 0,
    facts,
    ended,
    fact: (fits) =>
      new Promise((resolve, reject) => {
        const run = () => {
          const found = facts.find(fits)
          if (!found && !over) return
          looks.delete(run)
          if (found) resolve(found)
          else reject(new Error(`countersign ${args.join(' ')} ended early:\n${said()}`))
        }
        looks.add(run)
        run()
      }),
    type: (line) => void child.stdin.write(`${line}\n`),
    stop: () => end(child, 'SIGTERM', ended),
    kill: () => end(child, 'SIGKILL', ended),
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<unknown>): Promise<void> {
  child.kill(signal)
  await ended
}

function factOf(line: string): Fact | null {
  try {
    const fact: unknown = JSON.parse(line)
    return typeof fact === 'object' && fact !== null && 'event' in fact ? (fact as Fact) : null
  } catch {
    return null
  }
}
