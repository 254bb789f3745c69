import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDevice } from '#client/open-device.ts'
import { pair } from '#client/pair.ts'
import { memoryStore } from '#client/store.ts'
import { nodeWebSocket } from '#link/node/web-socket.ts'
import { generateKeys } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { type Program, startProgram } from '../scripts/program.ts'
import { startChild } from './child.ts'
import { type Figure, figure } from './figure.ts'
import { relayFlags } from './world.ts'

/** Seconds that an idle host is watched; before that, seconds in which what begins with the connection comes to its end. */
const watchSeconds = 20
const settleSeconds = 10
/** Of times in /proc/PID/stat: the same on every Linux that Node.js runs on. */
const ticksPerSecond = 100

/** What `countersign host` costs while nothing happens: paired, connected, in its usual sandbox, one project. Of Linux only. */
export async function idleHost(): Promise<Figure[]> {
  if (process.platform !== 'linux') return []
  const folder = mkdtempSync(join(tmpdir(), 'countersign-idle-'))
  const project = join(folder, 'project')
  mkdirSync(project)
  spawnSync('git', ['init', '--quiet', project])
  const relay = startChild([...relayFlags, 'bench/relay.ts', join(folder, 'relay')])
  const { origin, claimPath } = JSON.parse(await relay.firstLine) as Record<'origin' | 'claimPath', string>
  const env = {
    ...process.env,
    COUNTERSIGN_HOME: join(folder, 'home'),
    COUNTERSIGN_CLAIM: readFileSync(claimPath, 'utf8').trim(),
  }
  const start = () => startProgram(['host', '--relay', origin, '--project', project], { env, asInstalled: true })
  // The first start of a version makes the program and reads it, every later one has it read.
  const first = start()
  await first.fact(({ event }) => event === 'offer')
  await first.stop()
  const host = start()
  try {
    await pairWith(host, origin)
    await seconds(settleSeconds)
    const before = cpuTicks(host.pid)
    await seconds(watchSeconds)
    const percent = ((cpuTicks(host.pid) - before) / ticksPerSecond / watchSeconds) * 100
    return [figure('hostIdleMb', residentMb(host.pid), 'MB'), figure('hostIdleCpuPercent', percent, '% of a core')]
  } finally {
    await host.stop()
    await relay.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function pairWith(host: Program, origin: string): Promise<void> {
  const { link } = await host.fact(({ event }) => event === 'offer')
  const keys = await generateKeys(nodeCrypto, { extractable: true })
  const opened = await openDevice({
    relay: origin,
    store: memoryStore(),
    keys,
    crypto: nodeCrypto,
    fetch,
    WebSocket: nodeWebSocket,
  })
  if (!opened.ok) throw new Error(opened.code)
  const onCode = (code: string) => host.type(code)
  const paired = await pair(opened.value.context, { link: String(link), label: 'bench', person: 'bench', onCode })
  if (!paired.ok) throw new Error(`pairing: ${paired.code}`)
  opened.value.close()
  await host.fact(({ event, state }) => event === 'connection' && state === 'online')
}

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1_000))

const residentMb = (pid: number) =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB/m)?.[1]) / 1024

/** User and system time of the process and of the children that it waited for (proc(5), fields 14 to 17). */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
}
