import type { Context } from '#client/context.ts'
import type { Store } from '#client/store.ts'
import { memoryStore } from '#client/store.ts'
import { openTeamLog } from '#client/team-log.ts'
import { systemClock } from '#link/clock.ts'
import type { CallOf, Relay } from '#link/relay-http.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { HttpRouteName } from '#protocol/http.ts'
import { hostIdOf, newId } from '#protocol/ids.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import type { Outcome, Receipt } from '#protocol/statements/receipt.ts'
import { makeApproval } from '#trust/approval.ts'
import { sealTo } from '#trust/envelope.ts'
import type { KeyPair } from '#trust/keys.ts'
import { generateKeys } from '#trust/keys.ts'
import { makeReceipt } from '#trust/receipt.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { devicesOf, makeAddHost, makeGenesis, readLog } from '#trust/trust-log.ts'
import { webCrypto } from '#trust/web-crypto.ts'

export const crypto = webCrypto
export const origin = 'https://relay.example'

/** Throws on a refusal: for what a test needs and does not test. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.code} ${result.detail ?? ''}`)
  return result.value
}

export const newKeys = () => generateKeys(crypto, { extractable: false })

export type Handlers = { [N in HttpRouteName]?: (input: CallOf<N>) => unknown }

/** A relay that answers by functions; what has none is unreachable. A handler may return a refusal. */
export function relayOf(handlers: Handlers): Relay & { calls: { route: string; input: unknown }[] } {
  const calls: { route: string; input: unknown }[] = []
  return {
    origin,
    calls,
    now: () => Date.now(),
    fetch,
    setTime: () => {},
    async call(route, input) {
      const handle = handlers[route] as ((input: unknown) => unknown) | undefined
      if (!handle) return refused('relay_unreachable')
      calls.push({ route, input })
      const answer = await handle(structuredClone({ ...input, signal: undefined }))
      return (typeof answer === 'object' && answer !== null && 'ok' in answer ? answer : ok(answer)) as never
    },
  }
}

/** A team of one owner's device and one host. */
export async function foundTeam() {
  const device = await newKeys()
  const host = await newKeys()
  const now = Date.now()
  const genesis = await makeGenesis(crypto, device, { person: newId('per', now), now })
  const born = must(await readLog(crypto, [genesis]))
  const team = must(await readLog(crypto, [genesis, await makeAddHost(crypto, device, born, { host: host.keys, now })]))
  return { device, host, team }
}

export async function contextOf(
  keys: KeyPair,
  team: TeamState | null,
  relay: Relay,
  store: Store = memoryStore(),
): Promise<Context> {
  const log = must(await openTeamLog(crypto, store, { now: Date.now }))
  if (team) must(await log.pin(team, origin))
  const caller = { crypto, keys, team: () => log.state()?.teamId }
  return { crypto, store, clock: systemClock, keys, caller, relay, team: log }
}

export function operationOf(host: KeyPair, change: Partial<Operation> = {}): Operation {
  return {
    v: 1,
    kind: 'command',
    host: hostIdOf(host.keys.kid),
    driver: 'command',
    binding: 'exact',
    cwd: { path: '/work', dev: '1', ino: '2' },
    input: '{"command":"rm -rf build"}',
    command: 'rm -rf build',
    argv: ['rm', '-rf', 'build'],
    executable: null,
    environment: null,
    files: [],
    hosts: [],
    tier: 2,
    why: ['deletes files'],
    uninspectable: [],
    secrets: [],
    ...change,
  }
}

export type AskInput = { operation?: Partial<Operation>; expiresInMs?: number; head?: TeamState['head'] }

/** The host asks; returns what the relay keeps and what was signed. */
export async function ask(
  host: KeyPair,
  team: TeamState,
  { operation = {}, expiresInMs = 3_600_000, head }: AskInput = {},
) {
  const now = Date.now()
  const id = newId('apr', now)
  const made = must(
    await makeApproval(crypto, host, {
      id,
      aud: team.teamId,
      task: null,
      operation: operationOf(host, operation),
      quorum: { persons: 1 },
      gesture: 'tap',
      iat: now - 1_000,
      expiresAt: now + expiresInMs,
      releaseBy: now + expiresInMs + 3_600_000,
      scopes: ['once'],
      policyHash: 'A'.repeat(43),
      trustHead: head ?? team.head,
      project: 'demo',
    }),
  )
  const to = devicesOf(team).map((device) => device.keys)
  const sealed = await sealTo(crypto, { id, kind: 'approval', from: host, to, statement: made.jws })
  const view = {
    id,
    hostId: hostIdOf(host.keys.kid),
    taskId: null,
    state: 'open' as const,
    createdAt: now,
    expiresAt: made.approval.expiresAt,
    sealed,
    decisions: [],
    receipt: null,
  }
  return { id, ...made, view }
}

export function receiptOf(
  host: KeyPair,
  team: TeamState,
  { id, approval }: Awaited<ReturnType<typeof ask>>,
  outcome: Outcome,
  change: Partial<Receipt> = {},
): Promise<string> {
  return makeReceipt(crypto, host, {
    aud: team.teamId,
    approval: id,
    task: null,
    digest: approval.digest,
    outcome,
    decisions: [],
    at: Date.now(),
    ...change,
  })
}
