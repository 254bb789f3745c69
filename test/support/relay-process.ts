import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Refused } from '#protocol/errors.ts'

export type RelayProcess = {
  url: string
  origin: string
  claimPath: string
  engineUrl: string
  pid: number
  lines: Record<string, unknown>[]
  enginePid(): Promise<number | null>
  sweep(): Promise<void>
  /** Moves its clock forward. */
  advance(ms: number): Promise<void>
  /** As a power cut would. */
  kill(): Promise<void>
  stop(): Promise<void>
}

type Options = {
  port?: number
  dataDir: string
  publicUrl?: string
  repair?: boolean
  environment?: Record<string, string>
}
type Said = {
  ready?: Pick<RelayProcess, 'url' | 'origin' | 'claimPath' | 'engineUrl'>
  refused?: Refused
  done?: number
  value?: unknown
  line?: Record<string, unknown>
}

/** A relay in a process of its own, to be killed, or to find other hosts than the real ones. A refusal is returned. */
export async function startRelayProcess({
  environment = {},
  port = 0,
  ...options
}: Options): Promise<RelayProcess | Refused> {
  const child: ChildProcess = fork(
    join(import.meta.dirname, 'relay-child.ts'),
    [JSON.stringify({ ...options, port })],
    {
      env: { ...process.env, ...environment },
      execArgv: [],
    },
  )
  const lines: RelayProcess['lines'] = []
  const waiting = new Map<number, (value: unknown) => void>()
  let orders = 0
  const first = new Promise<Said>((resolve, reject) => {
    child.on('message', (said: Said) => {
      if (said.line) lines.push(said.line)
      if (said.ready || said.refused) resolve(said)
      if (said.done !== undefined) waiting.get(said.done)?.(said.value)
    })
    child.once('exit', (code) => reject(new Error(`the relay’s process ended with ${code}`)))
  })
  const said = await first
  if (said.refused) return said.refused
  if (!said.ready || child.pid === undefined) throw new Error('the relay’s process said nothing')
  const ended = once(child, 'exit')
  const order = (verb: string, ms?: number) =>
    new Promise<unknown>((resolve) => {
      orders += 1
      waiting.set(orders, resolve)
      child.send({ id: orders, verb, ms })
    })
  return {
    ...said.ready,
    pid: child.pid,
    lines,
    enginePid: async () => (await order('enginePid')) as number | null,
    async sweep() {
      await order('sweep')
    },
    async advance(ms) {
      await order('advance', ms)
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) void order('stop')
      await ended
    },
  }
}

/** One that has to start. */
export async function relayProcess(options: Options): Promise<RelayProcess> {
  const started = await startRelayProcess(options)
  if ('code' in started) throw new Error(`${started.code}: ${started.detail}`)
  return started
}
