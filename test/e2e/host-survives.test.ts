import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Clock, systemClock } from '#link/clock.ts'
import { nodeWebSocket } from '#link/node/web-socket.ts'
import { startRelay } from '#local/main.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { until } from '#test/support/wait.ts'

// What happens to a machine: it sleeps, its network goes or changes, the relay restarts. A real host with real sockets, whose own timers run twenty times as fast.
const faster = 20
let ahead = 0
const clock: Clock = {
  now: () => Date.now() + ahead,
  after: (ms, run) => systemClock.after(ms / faster, run),
}

/** Every socket that the host has opened, newest last. */
const sockets: TestSocket[] = []
/** It is half-open: nothing comes or goes, and nobody says so. */
let dark: TestSocket | null = null
class TestSocket extends (nodeWebSocket as unknown as typeof import('ws').WebSocket) {
  constructor(url: string, protocols: string[]) {
    super(url, protocols)
    sockets.push(this)
  }
  override send(data: string): void {
    if (this !== dark) super.send(data)
  }
  override emit(event: string | symbol, ...given: unknown[]): boolean {
    if (this === dark && event === 'message') return true
    return super.emit(event, ...given)
  }
}

let world: HostWorld
const port = () => Number(new URL(world.relay.url).port)
const ran = () => existsSync(join(world.project, 'ran.txt'))
const journal = () => readFileSync(join(world.folder, 'host/journal.jsonl'), 'utf8').split('\n')
const online = () => until(() => world.host().state().is === 'online', { what: 'the connection', timeoutMs: 120_000 })
const approve = (approvalId: string) =>
  world.device.decide({ approvalId, answer: 'approve', shown: { where: 'app', whole: true } })
const known = new Set<string>()
async function asked() {
  const task = await world.submit('[[act:run]]', { agent: 'custom' })
  const { id } = await world.nextApproval(known)
  known.add(id)
  return { task, id }
}

beforeAll(async () => {
  world = await openHostWorld()
  await restart()
})
afterEach(async () => {
  rmSync(join(world.project, 'ran.txt'), { force: true })
  if (ahead === 0 && dark === null) return
  ahead = 0
  dark = null
  await restart()
})
afterAll(() => world?.close())

function goDark(): number {
  dark = sockets.at(-1) ?? null
  return sockets.length
}
async function restart(): Promise<void> {
  await world.stopHost()
  sockets.length = 0
  await world.startHost({ clock, WebSocket: TestSocket as unknown as typeof nodeWebSocket })
  await online()
}

test('a host that slept past an approval’s time: its dead connection is found, the approval has expired, and a late tap runs nothing', async () => {
  const { task, id } = await asked()
  const before = goDark()
  ahead = 9 * 3_600_000
  await until(() => journal().some((line) => line.includes('"settled"') && line.includes(id)), { what: 'its expiry' })
  await approve(id)
  // Nobody closed its socket: only its silence can tell.
  await until(() => sockets.length > before, { what: 'another connection', timeoutMs: 120_000 })
  await online()
  expect(await task.ended).toBe('completed')
  expect(must(await world.device.approval(id)).receipt?.outcome).toBe('expired')
  expect(ran()).toBe(false)
  const next = await asked()
  expect(must(await world.device.approval(next.id)).approval.iat).toBeGreaterThan(Date.now() + ahead - 600_000)
  must(await world.device.sendInput({ hostId: world.hostId, taskId: next.task.id, kind: 'cancel' }))
  expect(await next.task.ended).toBe('canceled')
})

test('a connection that dies without a word: what was decided meanwhile counts once there is another', async () => {
  const { task, id } = await asked()
  const before = sockets.length
  for (const socket of sockets) socket.terminate()
  must(await approve(id))
  expect(await task.ended).toBe('completed')
  expect(sockets.length).toBeGreaterThan(before)
  expect(ran()).toBe(true)
})

test('a network that goes and comes: the host connects again by itself, and work goes on', async () => {
  const { task, id } = await asked()
  const before = goDark()
  must(await approve(id))
  await until(() => sockets.length > before, { what: 'another connection', timeoutMs: 120_000 })
  expect(await task.ended).toBe('completed')
  expect(ran()).toBe(true)
})

test('a relay that restarts: the approval is still there, is decided, and runs once', async () => {
  const { task, id } = await asked()
  await world.relay.close()
  await until(() => world.host().state().is === 'waiting', { what: 'a lost connection', timeoutMs: 60_000 })
  const log = { info() {}, error() {} }
  const relay = must(await startRelay({ port: port(), dataDir: join(world.folder, 'relay'), log }))
  world.relay.close = relay.close
  await online()
  must(await approve(id))
  expect(await task.ended).toBe('completed')
  expect(ran()).toBe(true)
  expect(journal().filter((line) => line.includes('"consume"') && line.includes(id))).toHaveLength(1)
})
