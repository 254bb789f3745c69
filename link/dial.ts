import type { ErrorCode } from '#protocol/errors.ts'
import type { FrameDown } from '#protocol/frames.ts'
import { PROTOCOL_VERSION } from '#protocol/version.ts'
import type { ConnectionOptions, Synced } from './connection.ts'
import type { Link } from './link.ts'
import { openLink } from './link.ts'
import { proofOfKey } from './proof-of-key.ts'

/** A connection being made. */
export type Attempt = { abandon(): void }

export type DialHandlers = {
  ready(link: Link, synced: Synced): void
  heard(link: Link, frame: FrameDown): void
  failed(code: ErrorCode): void
  lost(link: Link): void
}

const SYNC_MS = 15_000

/**
 * Makes one connection: reads where the sockets are and what time it is there, connects with a fresh proof, and says `connection.sync`.
 * A browser is not told why a handshake failed, so then a question is asked over HTTP, which answers with a code.
 */
export function dial(options: ConnectionOptions, on: DialHandlers): Attempt {
  const { relay, caller, clock } = options
  let stage: 'dialing' | 'opened' | 'ready' | 'over' = 'dialing'
  let link: Link | null = null
  const stop = new AbortController()
  const abandon = () => {
    stage = 'over'
    stop.abort()
    cancel()
    link?.drop()
  }
  const fail = (code: ErrorCode) => {
    if (stage === 'over' || stage === 'ready') return
    abandon()
    on.failed(code)
  }
  const cancel = clock.after(SYNC_MS, () => fail('relay_unreachable'))
  void start().catch(() => fail('internal'))
  return { abandon }

  async function start(): Promise<void> {
    const place = await relay.call('relay.read', { tries: 1, signal: stop.signal })
    if (!place.ok) return fail(place.code)
    const { protocol, socketUrl, time } = place.value
    if (protocol > PROTOCOL_VERSION) return fail('app_outdated')
    relay.setTime(time)
    const path = new URL(socketUrl).pathname
    const proof = await proofOfKey(caller, { aud: relay.origin, method: 'GET', path, now: relay.now() })
    if (stage === 'over') return
    const made: Link = openLink(options, socketUrl, proof, {
      opened() {
        stage = 'opened'
        void sync(made)
      },
      heard: (frame) => on.heard(made, frame),
      ended() {
        if (stage === 'ready') on.lost(made)
        else if (stage === 'opened') fail('relay_unreachable')
        else void explain()
      },
    })
    link = made
  }

  async function sync(made: Link): Promise<void> {
    const answer = await made.ask({ type: 'connection.sync', id: 'sync' }, SYNC_MS)
    if (answer?.type !== 'connection.synced') return fail('relay_unreachable')
    stage = 'ready'
    cancel()
    on.ready(made, answer)
  }

  async function explain(): Promise<void> {
    const reason = await relay.call('trust.read', { query: { from: '99999' }, tries: 1, signal: stop.signal })
    fail(reason.ok ? 'relay_unreachable' : reason.code)
  }
}
