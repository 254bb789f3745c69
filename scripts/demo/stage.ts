import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quote } from 'shell-quote'
import type { Device } from '#client/open-device.ts'
import { openDevice } from '#client/open-device.ts'
import { pair } from '#client/pair.ts'
import { memoryStore } from '#client/store.ts'
import { nodeWebSocket } from '#link/node/web-socket.ts'
import type { WebSocketPort } from '#link/socket.ts'
import type { Result } from '#protocol/errors.ts'
import { createDemoProject } from '#test/support/agents/demo-project.ts'
import { makeCertificate } from '#test/support/push/certificate.ts'
import type { HeadlessDevice } from '#test/support/push/headless-device.ts'
import { startPushService } from '#test/support/push/push-service.ts'
import type { PushKeys } from '#test/support/push/receive-push.ts'
import { makePushKeys } from '#test/support/push/receive-push.ts'
import { remapEnvironment } from '#test/support/push/remap-environment.ts'
import { generateKeys } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import type { Program } from '../program.ts'
import { startProgram } from '../program.ts'
import type { Cable } from './cable.ts'
import { layCable } from './cable.ts'

const scriptedAgent = join(import.meta.dirname, '../../test/support/agents/scripted-agent.ts')

/** Everything that takes part: a relay, a host agent and a push service in their own processes or on their own sockets, and a device. */
export type Stage = {
  project: string
  /** What the scripted agent wrote of itself: what it asked, and what it was answered. */
  agentLog: string
  /** The host's folder, with its journal. */
  hostFolder: string
  cable: Cable
  device: Device
  hostId: string
  push: { keys: PushKeys; device: HeadlessDevice }
  startHost(): Promise<void>
  /** Cuts the host's cable, and resolves when the host has noticed. */
  cutHost(): Promise<void>
  killHost(): Promise<void>
  close(): Promise<void>
}

/** Throws on a refusal: in a demonstration nothing may be refused. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.code}${result.detail ? `: ${result.detail}` : ''}`)
  return result.value
}

/** Sets everything up in a temporary folder and pairs the device with the host, by the link and the typed code, as people do. */
export async function setStage(): Promise<Stage> {
  const undo: (() => unknown)[] = []
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    return await build(undo, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function build(undo: (() => unknown)[], close: () => Promise<void>): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-demo-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  const project = join(folder, 'greetings')
  mkdirSync(project)
  createDemoProject(project)
  const certificate = makeCertificate()
  undo.push(certificate.remove)
  const service = await startPushService({ certificate })
  undo.push(service.close)

  let relayPort = 0
  const cable = await layCable(() => relayPort)
  undo.push(cable.close)
  const origin = `http://localhost:${cable.port}`
  const env = { ...process.env, COUNTERSIGN_HOME: join(folder, 'home') }
  const relay = startProgram(['up', '--port', '0', '--public-url', origin], {
    env: { ...env, ...remapEnvironment(service, certificate) },
  })
  undo.push(relay.stop)
  const ready = await relay.fact(({ event, state }) => event === 'relay' && state === 'ready')
  relayPort = Number(new URL(String(ready.url)).port)

  const agentFolder = join(folder, 'agent')
  mkdirSync(agentFolder)
  const agentLog = join(agentFolder, 'log.jsonl')
  const agent = quote([process.execPath, scriptedAgent, '--state', agentFolder, '--log', agentLog])
  let host: Program | null = null
  undo.push(() => host?.stop())
  const online = async () => {
    host = startProgram(
      [
        'host',
        '--relay',
        origin,
        '--project',
        project,
        '--agent-command',
        agent,
        '--allow-unproven',
        '--write',
        agentFolder,
      ],
      {
        env,
        cwd: project,
      },
    )
    return host.fact(({ event, state }) => event === 'host' && state === 'ready')
  }
  const started = await online()
  const device = must(await openAt(origin, () => relayPort))
  undo.push(device.close)
  await pairWith(host as unknown as Program, device)
  return {
    project,
    agentLog,
    hostFolder: join(folder, 'home/host'),
    cable,
    device,
    hostId: String(started.host),
    push: await subscribe(device, service),
    startHost: async () => void (await online()),
    killHost: async () => host?.kill(),
    async cutHost() {
      const noticed = host?.fact(({ event, state }) => event === 'connection' && state === 'waiting')
      await cable.cut()
      await noticed
    },
    close,
  }
}

/**
 * The device has a way of its own to the relay, so that cutting the host's cable cuts nobody else: the public origin is behind the cable, and stays what proofs name.
 */
function openAt(origin: string, port: () => number): Promise<Result<Device>> {
  const direct = (url: string) => {
    const target = new URL(url)
    target.port = String(port())
    return target.href
  }
  const Direct = class extends (nodeWebSocket as new (url: string, protocols: string[]) => WebSocket) {
    constructor(url: string, protocols: string[]) {
      super(direct(url), protocols)
    }
  }
  return generateKeys(nodeCrypto, { extractable: true }).then((keys) =>
    openDevice({
      relay: origin,
      store: memoryStore(),
      keys,
      crypto: nodeCrypto,
      fetch: (url, init) => fetch(direct(String(url)), init),
      WebSocket: Direct as WebSocketPort,
    }),
  )
}

async function pairWith(host: Program, device: Device): Promise<void> {
  const { link } = await host.fact(({ event }) => event === 'offer')
  const pairing = pair(device.context, { link: String(link), label: 'demo phone', person: 'Demo', onCode: host.type })
  must(await pairing)
  await host.fact(({ event, state }) => event === 'connection' && state === 'online')
}

async function subscribe(
  device: Device,
  service: Awaited<ReturnType<typeof startPushService>>,
): Promise<Stage['push']> {
  const keys = makePushKeys()
  const subscribed = service.subscribe({
    p256dh: keys.p256dh,
    auth: keys.auth,
    applicationServerKey: must(await device.pushKey()),
  })
  must(await device.subscribe(subscribed.subscription))
  return { keys, device: subscribed }
}
