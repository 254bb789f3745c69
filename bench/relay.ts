// The relay as `countersign up` runs it, in a process that can be asked: a line on standard input is answered with a line of JSON.

import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { startRelay } from '#local/main.ts'
import { counts } from './count-requests.ts'

const [dataDir] = process.argv.slice(2)
if (!dataDir) throw new Error('usage: relay.ts DIR')

/** Megabytes that a process keeps in memory. */
const residentMb = (pid: number) =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1] ?? Number.NaN) / 1_000

let invocations = 0
const log = {
  info: (_fields: object, message: string) => {
    if (message === 'invocation') invocations += 1
  },
  error: (fields: object, message: string) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
}
const started = await startRelay({ port: 0, dataDir, log })
if (!started.ok) throw new Error(started.code)
const relay = started.value
const say = (fact: object) => process.stdout.write(`${JSON.stringify(fact)}\n`)
say({ origin: relay.origin, claimPath: relay.claimPath })

createInterface({ input: process.stdin }).on('line', () => {
  const engine = relay.enginePid()
  say({ ...counts, invocations, residentMb: residentMb(process.pid) + (engine === null ? 0 : residentMb(engine)) })
})
process.on('SIGTERM', () => void relay.close().then(() => process.exit()))
