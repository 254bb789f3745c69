import { refused } from '#protocol/errors.ts'
import type { HttpRoute } from '#protocol/http.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Middleware } from './http.ts'
import { problem } from './http.ts'

/** Parses path, query and body with the schemas that the sender used to write them. Behind it, types are trusted. */
export const parseRequest = ({ clock }: { clock: Clock }, route: HttpRoute): Middleware => ({
  before({ event }) {
    const params = route.params.safeParse(event.pathParameters ?? {})
    const query = route.query.safeParse(event.queryStringParameters ?? {})
    const body = route.body === null ? readNothing(event.bytes) : route.body.safeParse(readJson(event.bytes))
    if (!params.success || !query.success || !body.success) return problem(refused('body_invalid'), clock.now())
    event.request = { caller: event.caller ?? null, params: params.data, query: query.data, body: body.data }
  },
})

const readNothing = (bytes?: Uint8Array) => ({ success: !bytes?.length, data: null })

/** Undefined for what is no JSON: no schema takes it. */
function readJson(bytes: Uint8Array = new Uint8Array()): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
