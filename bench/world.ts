import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Device, openDevice } from '#client/open-device.ts'
import { pair } from '#client/pair.ts'
import { nodeWebSocket } from '#link/node/web-socket.ts'
import { generateKeys } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { fileStore } from '../cli/file-store.ts'
import { type Child, startChild } from './child.ts'

export type RelayStats = { costs: Record<string, { invocations: number; items: number }>; residentMb: number }

/** A relay, a host and a device that are paired: three real processes (the device is this one), on the disk, on loopback. */
export type World = {
  device: Device
  hostId: string
  host: Child
  agentLog: string
  /** From the offer to the team that both hold, the code typed at once: what machines need. */
  pairingMs: number
  /** Told when a decision leaves this process, signed and stored: monotonic nanoseconds. */
  onDecisionSent(listener: (approvalId: string, at: bigint) => void): void
  relayStats(): Promise<RelayStats>
  /** Of the relay's own database engine, where the floor puts its items too. */
  engineUrl: string
  stop(): Promise<void>
}

/** The relay's process gets a small young generation: half the memory for a little more collecting. */
export const relayFlags = ['--max-semi-space-size=1']

export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const project = join(folder, 'project')
  const agentLog = join(folder, 'agent.jsonl')
  mkdirSync(project)
  spawnSync('git', ['init', '--quiet', project])
  const relay = startChild([...relayFlags, 'bench/relay.ts', join(folder, 'relay')])
  const { origin, claimPath, engineUrl } = JSON.parse(await relay.firstLine) as Record<
    'origin' | 'claimPath' | 'engineUrl',
    string
  >
  const host = startChild(['bench/host.ts', join(folder, 'home'), origin, claimPath, project, agentLog])
  const { hostId } = JSON.parse(await host.firstLine) as { hostId: string }

  const sent: ((approvalId: string, at: bigint) => void)[] = []
  const opened = await openDevice({
    relay: origin,
    store: fileStore(join(folder, 'device')),
    keys: await generateKeys(nodeCrypto, { extractable: true }),
    crypto: nodeCrypto,
    fetch(input, init) {
      const at = process.hrtime.bigint()
      const approvalId = String(input).match(/approvals\/(\w+)\/decisions$/)?.[1]
      if (approvalId) for (const listener of sent) listener(approvalId, at)
      return fetch(input, init)
    },
    WebSocket: nodeWebSocket,
  })
  if (!opened.ok) throw new Error(opened.code)
  const device = opened.value
  const pairingMs = await pairWith(device, host)
  return {
    device,
    hostId,
    host,
    agentLog,
    pairingMs,
    engineUrl,
    onDecisionSent: (listener) => sent.push(listener),
    relayStats: async () => JSON.parse(await relay.ask('stats')) as RelayStats,
    async stop() {
      device.close()
      await host.stop()
      await relay.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function pairWith(device: Device, host: Child): Promise<number> {
  const link = host.waitFor(
    (line) => JSON.parse(line) as { event: string; link: string },
    ({ event }) => event === 'offer',
  )
  const startedAt = performance.now()
  host.write('offer')
  const paired = await pair(device.context, {
    link: (await link).link,
    label: 'bench',
    person: 'bench',
    onCode: (code) => host.write(code),
  })
  if (!paired.ok) throw new Error(`pairing: ${paired.code}`)
  return performance.now() - startedAt
}
