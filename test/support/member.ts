import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { WebSocket } from 'ws'
import type { Problem } from '#protocol/errors.ts'
import type { FrameDown, FrameUp } from '#protocol/frames.ts'
import type { AnswerOf, BodyOf, HttpRoute, HttpRouteName } from '#protocol/http.ts'
import { httpRoutes } from '#protocol/http.ts'
import { newId } from '#protocol/ids.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { SOCKET_PROTOCOL } from '#protocol/version.ts'
import { generateKeys, type KeyPair } from '#trust/keys.ts'
import { makeProof } from '#trust/proof.ts'
import { makeAddDevice, makeAddHost, makeGenesis } from '#trust/trust-entries.ts'
import { appendEntry, readLog, type TeamState } from '#trust/trust-log.ts'
import { webCrypto } from '#trust/web-crypto.ts'

export type Relay = { url: string; origin: string; claimPath: string }
export type Called<N extends HttpRouteName> = { status: number; answer: AnswerOf<N>; problem: Problem }
export type Given<N extends HttpRouteName> = { path?: Record<string, string>; query?: string; body?: BodyOf<N> }

/** A key that speaks to a relay byte by byte: no retries, no reconnects, nothing hidden. */
export type Member = {
  pair: KeyPair
  kid: string
  hostId: string
  teamId: string | undefined
  call<N extends HttpRouteName>(name: N, given?: Given<N>): Promise<Called<N>>
  /** Opens a connection; null when it is refused, with the status. */
  connect(proof?: string, headers?: Record<string, string>): Promise<Wire | number>
  connectProof(now?: number): Promise<string>
}

export type Wire = {
  socket: WebSocket
  frames: FrameDown[]
  send(frame: FrameUp | object | string | Buffer): void
  /** The answer to this request. */
  ask(frame: FrameUp & { id: string }): Promise<FrameDown>
  /** The next (or an earlier, not yet taken) frame of this type. */
  next<T extends FrameDown['type']>(type: T): Promise<Extract<FrameDown, { type: T }>>
  closed: Promise<number>
}

export function member(
  relay: Relay,
  pair: KeyPair,
  teamId?: string,
  clock: { now(): number } = { now: () => Date.now() },
): Member {
  const self: Member = {
    pair,
    kid: pair.keys.kid,
    hostId: `hst_${pair.keys.kid}`,
    teamId,
    async call(name, { path = {}, query = '', body } = {}) {
      const route: HttpRoute = httpRoutes[name]
      const asked = route.path.replace(/\{(\w+)\}/g, (_, key: string) => path[key] ?? '') + (query ? `?${query}` : '')
      const text = body === undefined || body === null ? undefined : JSON.stringify(body)
      const proof = await makeProof(webCrypto, pair, {
        aud: relay.origin,
        method: route.method,
        path: asked,
        now: clock.now(),
        ...(text === undefined ? {} : { body: Buffer.from(text) }),
        ...(route.guard === 'self' ? { withJwk: true } : self.teamId === undefined ? {} : { team: self.teamId }),
      })
      const response = await fetch(relay.url + asked, {
        method: route.method,
        headers: { authorization: `Countersign ${proof}` },
        ...(text === undefined ? {} : { body: text }),
      })
      const said = JSON.parse(await response.text())
      return { status: response.status, answer: said, problem: said }
    },
    connectProof: (now = clock.now()) =>
      makeProof(webCrypto, pair, {
        aud: relay.origin,
        method: 'GET',
        path: '/v1/socket',
        now,
        ...(self.teamId === undefined ? {} : { team: self.teamId }),
      }),
    async connect(proof, headers = {}) {
      const url = `${relay.url.replace('http', 'ws')}/v1/socket`
      return openWire(new WebSocket(url, [SOCKET_PROTOCOL, proof ?? (await self.connectProof())], { headers }))
    },
  }
  return self
}

async function openWire(socket: WebSocket): Promise<Wire | number> {
  const frames: FrameDown[] = []
  const waiting: { test: (frame: FrameDown) => boolean; take: (frame: FrameDown) => void }[] = []
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as FrameDown
    const index = waiting.findIndex(({ test }) => test(frame))
    if (index >= 0) waiting.splice(index, 1)[0]?.take(frame)
    else frames.push(frame)
  })
  const take = (test: (frame: FrameDown) => boolean) =>
    new Promise<FrameDown>((resolve) => {
      const index = frames.findIndex(test)
      const found = frames[index]
      if (found) {
        frames.splice(index, 1)
        resolve(found)
      } else waiting.push({ test, take: resolve })
    })
  const refused = await new Promise<number | null>((resolve, reject) => {
    socket.once('open', () => resolve(null))
    socket.once('unexpected-response', (_, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    socket.once('error', reject)
  })
  socket.on('error', () => {})
  if (refused !== null) return refused
  return {
    socket,
    frames,
    send: (frame) => socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame)),
    ask(frame) {
      socket.send(JSON.stringify(frame))
      return take((each) => 're' in each && each.re === frame.id)
    },
    next: (type) => take((each) => each.type === type) as never,
    closed: once(socket, 'close').then(([code]) => code as number),
  }
}

/** A connection that has to be let in. */
export async function connected(who: Member): Promise<Wire> {
  const wire = await who.connect()
  if (typeof wire === 'number') throw new Error(`connect was refused: ${wire}`)
  return wire
}

/** … and is told things. */
export async function synced(who: Member): Promise<Wire & { connectionId: string }> {
  const wire = await connected(who)
  const answer = await wire.ask({ type: 'connection.sync', id: 'sync' })
  if (answer.type !== 'connection.synced') throw new Error(`sync was refused: ${JSON.stringify(answer)}`)
  return { ...wire, connectionId: answer.connectionId }
}

export type Team = { teamId: string; person: string; owner: Member; host: Member; state: TeamState }

export const newKeys = () => generateKeys(webCrypto, { extractable: true })

/** A team founded at this relay with its claim code: one owner's device and one host. */
export async function foundTeam(
  relay: Relay,
  clock: { now(): number } = { now: () => Date.now() },
  claim?: string,
): Promise<Team> {
  const [deviceKeys, hostKeys] = await Promise.all([newKeys(), newKeys()])
  const person = newId('per', clock.now())
  const genesis = await makeGenesis(webCrypto, deviceKeys, { person, now: clock.now() })
  const born = await readLog(webCrypto, [genesis])
  if (!born.ok) throw new Error(born.code)
  const addHost = await makeAddHost(webCrypto, deviceKeys, born.value, { host: hostKeys.keys, now: clock.now() })
  const state = await appendEntry(webCrypto, born.value, addHost)
  if (!state.ok) throw new Error(state.code)
  const { teamId } = state.value
  const owner = member(relay, deviceKeys, teamId, clock)
  const founded = await owner.call('team.found', {
    body: { claim: claim ?? readFileSync(relay.claimPath, 'utf8'), entries: [genesis, addHost] },
  })
  if (founded.status !== 200) throw new Error(`team.found: ${founded.problem.type}`)
  return { teamId, person, owner, host: member(relay, hostKeys, teamId, clock), state: state.value }
}

/** One more device of the owner's, or of somebody else's. */
export async function addDevice(
  relay: Relay,
  team: Team,
  rights: Partial<Rights> = {},
  clock = { now: () => Date.now() },
): Promise<Member> {
  const keys = await newKeys()
  const entry = await makeAddDevice(webCrypto, team.owner.pair, team.state, {
    device: keys.keys,
    rights: { person: team.person, role: 'approver', hosts: '*', maxTier: 2, ...rights },
    now: clock.now(),
  })
  const appended = await team.owner.call('trust.append', { body: { entry } })
  if (appended.status !== 200) throw new Error(`trust.append: ${appended.problem.type}`)
  const state = await appendEntry(webCrypto, team.state, entry)
  if (!state.ok) throw new Error(state.code)
  team.state = state.value
  return member(relay, keys, team.teamId, clock)
}
