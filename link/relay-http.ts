import type { ErrorCode, Refused, Result } from '#protocol/errors.ts'
import { isErrorCode, ok, refused } from '#protocol/errors.ts'
import type { AnswerOf, BodyOf, HttpRoute, HttpRouteName, ParamsOf, QueryOf } from '#protocol/http.ts'
import { httpRoutes } from '#protocol/http.ts'
import { backOffMs, callBackOff } from './back-off.ts'
import type { Clock } from './clock.ts'
import { pause } from './clock.ts'
import type { Caller } from './proof-of-key.ts'
import { proofOfKey } from './proof-of-key.ts'
import { routeUrl } from './route-url.ts'

/** zod's empty object has every key as never: then the part may be left out. */
type Part<K extends string, T> = string extends keyof T ? { [key in K]?: undefined } : { [key in K]: T }

/** What a call takes: exactly what its route's schemas say, and how long to insist. */
export type CallOf<N extends HttpRouteName> = Part<'params', ParamsOf<N>> & {
  query?: QueryOf<N>
} & (BodyOf<N> extends null ? { body?: undefined } : { body: BodyOf<N> }) & {
    /** Tries in all; 1 means: say at once that it did not work. */
    tries?: number
    signal?: AbortSignal
    /** Speaks for this team where the caller has none pinned yet: at the end of a pairing. */
    team?: string
  }

export type RelayOptions = {
  /** The relay's public origin, also the audience of every proof. */
  url: string
  fetch: typeof fetch
  clock: Clock
  caller: Caller
  /** [0, 1), for jitter. */
  random?: () => number
  /** Milliseconds that one try may take. */
  patienceMs?: number
}

/** The relay over HTTP. */
export type Relay = {
  readonly origin: string
  /** For the addresses that the relay hands out: of blobs. */
  readonly fetch: typeof fetch
  /** The relay's clock as far as known: this machine's, corrected by what a refusal said. Epoch milliseconds. */
  now(): number
  /** Takes the relay's clock over; proofs are dated by it, statements never are. */
  setTime(relayTime: number): void
  /**
   * Calls a route. Every route is idempotent, so network failures, 429 and 5xx are tried again with back-off; a refused clock is mended once.
   * Returns the relay's own code; `relay_unreachable` when nobody answered; `internal` when the answer has not the route's form.
   */
  call<N extends HttpRouteName>(route: N, input: CallOf<N>): Promise<Result<AnswerOf<N>>>
}

const DEFAULT_TRIES = 4

export function openRelay(options: RelayOptions): Relay {
  const { clock, caller, random = Math.random, patienceMs = 30_000 } = options
  const origin = new URL(options.url).origin
  let offsetMs = 0
  const now = () => clock.now() + offsetMs
  const setTime = (relayTime: number) => {
    offsetMs = relayTime - clock.now()
  }

  async function once(
    route: HttpRoute,
    path: string,
    body: Uint8Array<ArrayBuffer> | undefined,
    { signal, team }: { signal?: AbortSignal; team?: string },
  ): Promise<Attempt> {
    const headers: Record<string, string> = {}
    if (body) headers['content-type'] = 'application/json'
    if (route.guard !== 'open') {
      const proof = await proofOfKey(team === undefined ? caller : { ...caller, team: () => team }, {
        aud: origin,
        method: route.method,
        path,
        now: now(),
        self: route.guard === 'self',
        ...(body ? { body } : {}),
      })
      headers.authorization = `Countersign ${proof}`
    }
    const stop = new AbortController()
    const giveUp = () => stop.abort()
    const cancel = clock.after(patienceMs, giveUp)
    signal?.addEventListener('abort', giveUp)
    try {
      const response = await options.fetch(origin + path, {
        method: route.method,
        headers,
        signal: stop.signal,
        cache: 'no-store',
        redirect: 'error',
        credentials: 'omit',
        ...(body ? { body } : {}),
      })
      const text = await response.text()
      return response.ok ? { answer: jsonOf(text) } : refusal(response, text)
    } catch {
      return { code: 'relay_unreachable', again: true }
    } finally {
      cancel()
      signal?.removeEventListener('abort', giveUp)
    }
  }

  async function call<N extends HttpRouteName>(name: N, input: CallOf<N>): Promise<Result<AnswerOf<N>>> {
    const route: HttpRoute = httpRoutes[name]
    const path = routeUrl(route.path, input.params ?? {}, input.query ?? {})
    const body = input.body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(input.body))
    const most = input.tries ?? DEFAULT_TRIES
    let mended = false
    for (let tries = 1; ; tries += 1) {
      const attempt = await once(route, path, body, input)
      if ('answer' in attempt) {
        const parsed = route.answer.safeParse(attempt.answer)
        return parsed.success
          ? ok(parsed.data as AnswerOf<N>)
          : refused('internal', 'The relay’s answer is not of a known form.')
      }
      if (attempt.time !== undefined && !mended) {
        mended = true
        setTime(attempt.time)
        tries -= 1
        continue
      }
      if (!attempt.again || tries >= most || input.signal?.aborted) return refusedOf(attempt)
      await pause(clock, Math.max(attempt.waitMs ?? 0, backOffMs(callBackOff, tries, random)), input.signal)
      if (input.signal?.aborted) return refusedOf(attempt)
    }
  }

  return { origin, fetch: options.fetch, now, setTime, call }
}

type Failure = { code: ErrorCode; detail?: string; again: boolean; waitMs?: number; time?: number }
type Attempt = { answer: unknown } | Failure

const refusedOf = ({ code, detail }: Failure): Refused => refused(code, detail)

/** An answer that is no problem document of ours (a proxy's page, say) counts as an outage when it is 5xx or 429, else as a bug. */
function refusal(response: Response, text: string): Failure {
  const problem = jsonOf(text)
  const { type, detail, time } = (typeof problem === 'object' && problem !== null ? problem : {}) as Record<
    string,
    unknown
  >
  const again = response.status === 429 || response.status >= 500
  const seconds = Number(response.headers.get('retry-after'))
  return {
    code: isErrorCode(type) ? type : again ? 'unavailable' : 'internal',
    again,
    ...(typeof detail === 'string' ? { detail } : {}),
    ...(response.status === 401 && typeof time === 'number' ? { time } : {}),
    ...(seconds > 0 && seconds <= 60 ? { waitMs: seconds * 1_000 } : {}),
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
