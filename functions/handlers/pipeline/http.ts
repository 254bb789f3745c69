import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { Refused, Result } from '#protocol/errors.ts'
import { problemOf } from '#protocol/errors.ts'
import type { AnswerOf, BodyOf, HttpRouteName, httpRoutes, ParamsOf, QueryOf } from '#protocol/http.ts'
import type { PublicJwk } from '#protocol/keys.ts'
import type { HttpPorts } from '../../ports/ports.ts'

export type DeviceCaller = { role: 'device'; teamId: string; kid: string }
export type HostCaller = { role: 'host'; teamId: string; kid: string; hostId: string }
export type SelfCaller = { role: 'self'; kid: string; jwk: PublicJwk }

/** Who calls, by the route's guard. */
export type CallerBy = {
  open: null
  self: SelfCaller
  device: DeviceCaller
  host: HostCaller
  member: DeviceCaller | HostCaller
}
export type CallerOf<N extends HttpRouteName> = CallerBy[(typeof httpRoutes)[N]['guard']]

export type HttpRequest<N extends HttpRouteName> = {
  caller: CallerOf<N>
  params: ParamsOf<N>
  query: QueryOf<N>
  body: BodyOf<N>
}

/** One verb: a parsed request and the ports in, the route's answer or a refusal out. */
export type HttpHandler<N extends HttpRouteName> = (
  request: HttpRequest<N>,
  ports: HttpPorts,
) => Promise<Result<AnswerOf<N>>>

export type HttpEvent = APIGatewayProxyEventV2
export type HttpAnswer = APIGatewayProxyStructuredResultV2

/** The event, with what the middlewares have found out so far. */
export type Admitted = HttpEvent & { bytes?: Uint8Array; caller?: CallerBy[keyof CallerBy]; request?: unknown }
export type Middleware = MiddlewareObj<Admitted, HttpAnswer>

const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

export const answer = (value: unknown): HttpAnswer => ({
  statusCode: 200,
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

/** RFC 9457 problem document. A 401 carries the relay's time, so that the caller can mend its clock. */
export function problem({ code, detail }: Refused, now: number): HttpAnswer {
  const document = problemOf(code, detail)
  return {
    statusCode: document.status,
    headers: { ...headers, 'content-type': 'application/problem+json' },
    body: JSON.stringify(document.status === 401 ? { ...document, time: now } : document),
  }
}
