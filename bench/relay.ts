// The relay as `countersign up` runs it, in a process that can be asked: a line on standard input is answered with a line of JSON.
import { AsyncLocalStorage } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { startRelay } from '#local/main.ts'

const [dataDir] = process.argv.slice(2)
if (!dataDir) throw new Error('usage: relay.ts DIR')

/** What invocations of one route cost so far. */
type Cost = { invocations: number; items: number }
const costs: Record<string, Cost> = {}
const invocation = new AsyncLocalStorage<Cost>()

const started = await startRelay({
  port: 0,
  dataDir,
  log: {
    info() {},
    error: (fields, message) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  },
  observe: {
    invocation(_name, route) {
      costs[route] ??= { invocations: 0, items: 0 }
      costs[route].invocations += 1
      invocation.enterWith(costs[route])
    },
    database(_command, items) {
      const cost = invocation.getStore()
      if (cost) cost.items += items
    },
  },
})
if (!started.ok) throw new Error(started.code)
const relay = started.value
const say = (fact: object) => process.stdout.write(`${JSON.stringify(fact)}\n`)
say({ origin: relay.origin, claimPath: relay.claimPath, engineUrl: relay.engineUrl })

/** Megabytes that a process keeps in memory, as the kernel counts them. */
const residentMb = (pid: number) =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1] ?? Number.NaN) / 1_000

createInterface({ input: process.stdin }).on('line', () => {
  say({ costs, residentMb: residentMb(process.pid) + residentMb(relay.enginePid() ?? Number.NaN) })
})
process.on('SIGTERM', () => void relay.close().then(() => process.exit()))
