import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { Refused } from '#protocol/errors.ts'
import { errors, ok, type Result, refused } from '#protocol/errors.ts'
import type { OnViolation, SandboxCode } from '../violation.ts'
import { type AllowEntry, type AllowList, judgePlace, mayBeOpened, show } from './allow-list.ts'
import { type Dial, dialFirst, type Resolve, resolveOnce, systemDial } from './dial.ts'
import { createForwarder, type Way } from './forward.ts'
import { canonicalHost, type Place, readPlace } from './host-name.ts'
import { type Opening, readOpening } from './read-opening.ts'
import { gitHosts, type Inspection, type Route, registryHosts } from './routes.ts'
import { createSessionCa } from './session-ca.ts'

export type ProxyOptions = {
  /** Path of the unix socket; its folder is private. */
  socket: string
  allow: () => AllowList
  routes: readonly Route[]
  /** Registries besides the known ones, in canonical spelling. */
  registries: readonly string[]
  resolve: Resolve
  dial: Dial
  /** PEM authorities besides the system's, for the encrypted targets of routes and for inspected hosts. */
  authorities: readonly string[]
  now: number
  onViolation: OnViolation
  /** Asked before a place is refused that a widening would open, which waits meanwhile. True: the list names it now. */
  ask(place: Place): Promise<boolean>
}

export type Proxy = {
  /** PEM of the authority that the programs inside have to trust for inspected hosts. */
  certificate: string
  close(): Promise<void>
}

const connectionsMost = 512

/**
 * The one way out of a sandbox: CONNECT and plain HTTP on a unix socket. It decides by name, port and resolved address, holds an
 * encrypted connection to the server name that was asked for, and looks into the requests for registries, git and routes.
 */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { routes, allow, resolve, dial, onViolation } = options
  const ca = createSessionCa(options.now)
  const ways = new WeakMap<Duplex, Way>()
  const forwarder = createForwarder({ authorities: options.authorities, refuse: report, connect: reach })
  const inner = createServer(serverOptions, (request, response) => {
    const way = ways.get(request.socket)
    const place = way && placeOfInner(request, way)
    if (!way || !place)
      return forwarder.refuse(response, report(refused('sandbox_host_blocked', 'another host in the same connection')))
    forwarder.forward(request, response, way)
  })
  const server = createServer(serverOptions, (request, response) => {
    void wayOfPlain(request.url ?? '').then((way) => {
      if (way.ok) forwarder.forward(request, response, way.value)
      else forwarder.refuse(response, way)
    })
  })
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    connectTo(request.url ?? '', socket, head).catch(() => socket.destroy())
  })
  for (const each of [server, inner]) refuseUpgrades(each)

  function report(refusal: Refused, place?: Place): Refused {
    const widens = refusal.code === 'sandbox_host_blocked' || refusal.code === 'sandbox_port_blocked'
    onViolation({
      code: refusal.code as SandboxCode,
      detail: refusal.detail ?? '',
      ...(place && widens ? { host: place.host, port: place.port } : {}),
    })
    return refusal
  }

  /** Whether a place may be reached and how: looked into, or passed on as it is. */
  function judge(place: Place, secure: boolean): Result<Way> {
    const route = routes.find(({ host, port = 443 }) => host === place.host && port === place.port)
    if (route) return ok({ place, secure, named: false, inspection: route.kind ?? 'model', route })
    const list = allow()
    const refusal = judgePlace(place, list)
    if (refusal) return refusal
    return ok({
      place,
      secure,
      named: isNamed(list.entries, place),
      inspection: inspectionOf(place.host, options.registries),
      route: null,
    })
  }

  /** Judges; where it refuses, people may know better. */
  async function admit(place: Place, secure: boolean): Promise<Result<Way>> {
    const way = judge(place, secure)
    if (way.ok) return way
    const isOpened = mayBeOpened(place, allow()) && (await options.ask(place).catch(() => false))
    const again = isOpened ? judge(place, secure) : way
    return again.ok ? again : report(again, place)
  }

  async function wayOfPlain(text: string): Promise<Result<Way>> {
    const url = text.startsWith('http://') && URL.canParse(text) ? new URL(text) : null
    const host = url ? canonicalHost(url.hostname) : null
    if (!url || host === null || url.username !== '') return refused('sandbox_host_blocked', text.slice(0, 200))
    return admit({ host, port: Number(url.port || 80) }, false)
  }

  async function connectTo(target: string, socket: Duplex, head: Buffer): Promise<void> {
    const place = readPlace(target, null)
    const way = place ? await admit(place, false) : report(refused('sandbox_host_blocked', target.slice(0, 200)))
    if (!way.ok || !place) return answer(socket, way.ok ? refused('usage') : way)
    // Whoever asked may not have waited for people.
    if (socket.destroyed) return
    const { inspection } = way.value
    const upstream = inspection === null ? await reach(way.value) : null
    if (upstream && !upstream.ok) return answer(socket, upstream)
    // Without these an early end of either side would leave the other one hanging.
    upstream?.value.on('error', () => socket.destroy())
    const ended = () => socket.destroy()
    upstream?.value.once('close', ended)
    socket.once('close', () => upstream?.value.destroy())
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    const opening = await readOpening(socket, head)
    const problem = problemOf(opening, place)
    if (problem) {
      report(problem)
      upstream?.value.destroy()
      return void socket.destroy()
    }
    if (opening.kind === 'tls' && upstream) {
      upstream.value.write(opening.bytes)
      upstream.value.pipe(socket)
      return void socket.pipe(upstream.value)
    }
    upstream?.value.off('close', ended).destroy()
    socket.unshift(opening.bytes)
    if (opening.kind === 'http') return enter(socket, way.value)
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext: ca.contextFor(place.host),
      ALPNProtocols: ['http/1.1'],
    })
    secured.on('error', () => secured.destroy())
    enter(secured, { ...way.value, secure: true })
  }

  function enter(socket: Duplex, way: Way): void {
    ways.set(socket, way)
    inner.emit('connection', socket)
    // It was held while its first bytes were judged.
    socket.resume()
  }

  async function reach({ place, named, route }: Way): Promise<Result<Socket>> {
    // Where the person named the target, also this machine is one.
    const addresses = route?.target ? ok([route.target.host]) : await resolveOnce(place, named, resolve)
    if (!addresses.ok) return addresses.code === 'sandbox_host_blocked' ? report(addresses, place) : addresses
    const port = route?.target?.port ?? place.port
    const socket = await dialFirst(addresses.value, port, route?.target ? systemDial : dial)
    return socket ? ok(socket) : refused('sandbox_host_unreachable', show(place.host, place.port))
  }

  server.maxConnections = connectionsMost
  await new Promise<void>((done, fail) => server.once('error', fail).listen(options.socket, done))
  return {
    certificate: ca.certificate,
    async close() {
      forwarder.close()
      inner.closeAllConnections()
      server.closeAllConnections()
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
}

const serverOptions = { requireHostHeader: false, maxHeaderSize: 65_536, requestTimeout: 0 }

function problemOf(opening: Opening, place: Place): Refused | null {
  const where = show(place.host, place.port)
  if (opening.kind === 'none') return refused('sandbox_protocol_blocked', where)
  if (opening.kind === 'http') return null
  const isIp = /^[\d.]+$|:/.test(place.host)
  const asked = opening.serverName === null ? null : canonicalHost(opening.serverName)
  if (opening.serverName === null ? isIp : asked === place.host) return null
  return refused('sandbox_name_mismatch', `${where}, asked for ${opening.serverName ?? 'no name'}`)
}

/** The place of a request inside a connection: it has to be the one that the connection was opened for, each time. */
function placeOfInner(request: IncomingMessage, { place, secure }: Way): Place | null {
  const hosts = request.headersDistinct.host ?? []
  const target = request.url ?? ''
  const standard = secure ? 443 : 80
  const named = hosts.length === 1 ? readPlace(hosts[0] ?? '', standard) : null
  const isSame = named?.host === place.host && (named.port === place.port || named.port === standard)
  return isSame && target.startsWith('/') ? place : null
}

function inspectionOf(host: string, more: readonly string[]): Inspection | null {
  if (registryHosts.includes(host) || more.includes(host)) return 'registry'
  return gitHosts.includes(host) ? 'git' : null
}

const isNamed = (entries: readonly AllowEntry[], { host }: Place) =>
  entries.some((entry) => !entry.wide && entry.host === host)

function answer(socket: Duplex, { code, detail }: Refused): void {
  const status = code === 'sandbox_host_unreachable' ? '502 Bad Gateway' : '403 Forbidden'
  const text = `${code}: ${errors[code][1]}${detail ? ` (${detail})` : ''}\n`
  const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nX-Countersign: ${code}\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n`
  socket.end(head + text)
}

function refuseUpgrades(server: Server): void {
  server.on('upgrade', (_request, socket: Duplex) =>
    socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n'),
  )
  server.on('clientError', (_error, socket: Duplex) => socket.destroy())
}
