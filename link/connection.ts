import type { ErrorCode, Result } from '#protocol/errors.ts'
import { isErrorCode, ok, refused } from '#protocol/errors.ts'
import type { FrameDown, FrameUp } from '#protocol/frames.ts'
import { limits } from '#protocol/limits.ts'
import { backOffMs, connectBackOff } from './back-off.ts'
import type { Clock } from './clock.ts'
import type { Attempt } from './dial.ts'
import { dial } from './dial.ts'
import type { Link } from './link.ts'
import type { Caller } from './proof-of-key.ts'
import type { Relay } from './relay-http.ts'
import type { WebSocketPort } from './socket.ts'

/** `online`: synced and told. `waiting`: not connected, will try again by itself; `code` says why where that is known. */
export type ConnectionState =
  | { is: 'connecting' }
  | { is: 'online'; connectionId: string }
  | { is: 'waiting'; code: ErrorCode; againInMs: number }
  | { is: 'closed' }

export type Synced = Extract<FrameDown, { type: 'connection.synced' }>
type Request = Extract<FrameUp, { id: string }>
/** A request without its id: the connection numbers it. */
export type RequestFrame = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never

export type ConnectionOptions = {
  relay: Relay
  WebSocket: WebSocketPort
  clock: Clock
  caller: Caller
  random?: () => number
  /** Every time the connection stands anew, planned reconnects included: what was missed has to be read again. */
  onSynced(synced: Synced): void
  onFrame(frame: FrameDown): void
  onState?(state: ConnectionState): void
}

/** The one live connection of a host or a device, kept up until it is closed. */
export type Connection = {
  state(): ConnectionState
  /**
   * Sends a request and resolves with its answer. `relay_unreachable` when there is no connection, it breaks, or nothing comes within 30 s;
   * whether the relay acted is then unknown, and sending again is harmless. Else the relay's own code.
   */
  request(frame: RequestFrame): Promise<Result<FrameDown>>
  /** While work is going on, a dead connection is found within half a minute instead of four. */
  setBusy(busy: boolean): void
  /** The network may have changed, or the page was shown again: looks now instead of later. */
  wake(): void
  close(): void
}

const PONG_MS = 10_000
const DRAIN_MS = 5_000
const ANSWER_MS = 30_000

export function openConnection(options: ConnectionOptions): Connection {
  const { clock, random = Math.random } = options
  let state: ConnectionState = { is: 'connecting' }
  let current: Link | null = null
  let attempt: Attempt | null = null
  let busy = false
  let failures = 0
  let frames = 0
  let closed = false
  let cancelTimer = () => {}
  let cancelHeartbeat = () => {}
  let cancelPlan = () => {}

  const say = (next: ConnectionState) => {
    state = next
    options.onState?.(next)
  }

  function connect(): void {
    if (closed || attempt) return
    cancelTimer()
    if (!current) say({ is: 'connecting' })
    attempt = dial(options, {
      ready(link, synced) {
        attempt = null
        failures = 0
        const old = current
        current = link
        // Make before break: answers still on their way over the old connection get a moment to arrive.
        if (old) clock.after(DRAIN_MS, () => old.drop())
        beat()
        plan()
        say({ is: 'online', connectionId: synced.connectionId })
        options.onSynced(synced)
      },
      heard(link, frame) {
        if (link === current) beat()
        if (!('re' in frame)) options.onFrame(frame)
      },
      failed(code) {
        attempt = null
        wait(code)
      },
      lost(link) {
        if (link !== current) return
        current = null
        cancelHeartbeat()
        cancelPlan()
        wait('relay_unreachable')
      },
    })
  }

  /** While the old connection still stands (a planned reconnect failed), trying again is not worth a word. */
  function wait(code: ErrorCode): void {
    if (closed) return
    failures += 1
    // A removed key, or a program that is too old, is not asked for twice a second; it is not given up either, as the relay's word alone proves nothing.
    const tries = code === 'key_unknown' || code === 'app_outdated' ? Math.max(failures, 8) : failures
    const againInMs = backOffMs(connectBackOff, tries, random)
    if (!current) say({ is: 'waiting', code, againInMs })
    cancelTimer()
    cancelTimer = clock.after(againInMs, connect)
  }

  /** Hearing anything proves the connection; after a silence a ping asks, and no answer means half-open: the other side is gone. */
  function beat(silenceMs: number = busy ? limits.heartbeatBusyMs : limits.heartbeatIdleMs): void {
    cancelHeartbeat()
    const link = current
    if (!link) return
    cancelHeartbeat = clock.after(silenceMs, () => {
      link.send({ type: 'ping' })
      cancelHeartbeat = clock.after(PONG_MS, () => link.fail())
    })
  }

  /** AWS ends every connection after two hours; the moment is chosen here, spread so that a fleet does not move at once. */
  function plan(): void {
    cancelPlan()
    const inMs = limits.reconnectMinMs + random() * (limits.reconnectMaxMs - limits.reconnectMinMs)
    cancelPlan = clock.after(inMs, connect)
  }

  async function request(frame: RequestFrame): Promise<Result<FrameDown>> {
    const link = current
    if (!link) return refused('relay_unreachable')
    frames += 1
    const answer = await link.ask({ ...frame, id: `f${frames}` } as Request, ANSWER_MS)
    if (!answer) return refused('relay_unreachable')
    if (answer.type !== 'refused') return ok(answer)
    return refused(isErrorCode(answer.code) ? answer.code : 'internal', answer.title)
  }

  connect()
  return {
    state: () => state,
    request,
    setBusy(next) {
      if (next === busy) return
      busy = next
      beat()
    },
    wake() {
      if (closed) return
      if (current) beat(0)
      else if (!attempt) {
        failures = 0
        connect()
      }
    },
    close() {
      if (closed) return
      closed = true
      for (const cancel of [cancelTimer, cancelHeartbeat, cancelPlan]) cancel()
      attempt?.abandon()
      current?.drop()
      current = null
      say({ is: 'closed' })
    },
  }
}
