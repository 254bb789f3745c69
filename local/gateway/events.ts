import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEvent } from 'aws-lambda'
import type { SocketEvent } from '#functions/handlers/pipeline/socket.ts'
import type { Matched } from './match-route.ts'

const stage = '$default'

/** Header names are lower-case and repeated ones joined, as HTTP APIs have them. */
export const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
    ),
  )

/** An HTTP request as API Gateway's event of version 2.0. */
export function httpEvent(request: IncomingMessage, body: Buffer, match: Matched, now: number): APIGatewayProxyEventV2 {
  const [rawPath = '/', rawQueryString = ''] = splitUrl(request)
  const headers = headersOf(request)
  const method = request.method ?? 'GET'
  const text = body.length === 0 ? undefined : asText(body)
  const isBase64Encoded = body.length > 0 && text === undefined
  const query = queryOf(rawQueryString)
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath,
    rawQueryString,
    headers,
    ...(query ? { queryStringParameters: query } : {}),
    ...(Object.keys(match.params).length > 0 ? { pathParameters: match.params } : {}),
    ...(body.length > 0 ? { body: text ?? body.toString('base64') } : {}),
    isBase64Encoded,
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      domainName: headers.host ?? '',
      domainPrefix: 'local',
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: match.routeKey,
      stage,
      time: new Date(now).toISOString(),
      timeEpoch: now,
    },
  }
}

export function splitUrl(request: IncomingMessage): [path: string, query: string] {
  const url = request.url ?? '/'
  const at = url.indexOf('?')
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
}

/** Repeated names are joined by commas. */
function queryOf(raw: string): Record<string, string> | undefined {
  if (raw === '') return undefined
  const joined = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(raw)) {
    const before = joined.get(name)
    joined.set(name, before === undefined ? value : `${before},${value}`)
  }
  return Object.fromEntries(joined)
}

function asText(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return undefined
  }
}

/** What the authorizer said, flattened to strings: API Gateway's rule. */
export type AuthorizerContext = Record<string, string>
export type Live = { connectionId: string; connectedAt: number; authorizer: AuthorizerContext; sourceIp: string }

const contextOf = (live: Live, now: number) => ({
  requestId: randomUUID(),
  extendedRequestId: randomUUID(),
  messageDirection: 'IN' as const,
  apiId: 'local',
  stage,
  domainName: 'local',
  connectionId: live.connectionId,
  connectedAt: live.connectedAt,
  requestTime: new Date(now).toISOString(),
  requestTimeEpoch: now,
  authorizer: live.authorizer,
})

/** The event as API Gateway makes it, of which the relay looks at the part that `SocketEvent` names. */
type WholeEvent = SocketEvent & {
  headers?: Record<string, string>
  requestContext: { eventType: string; [name: string]: unknown }
}

export const connectEvent = (live: Live, request: IncomingMessage, now: number): WholeEvent => ({
  headers: headersOf(request),
  requestContext: { ...contextOf(live, now), routeKey: '$connect', eventType: 'CONNECT' },
  isBase64Encoded: false,
})

export const frameEvent = (live: Live, body: string, routeKey: string, now: number): WholeEvent => ({
  requestContext: { ...contextOf(live, now), routeKey, eventType: 'MESSAGE', messageId: randomUUID() },
  body,
  isBase64Encoded: false,
})

export const disconnectEvent = (live: Live, code: number, now: number): WholeEvent => ({
  requestContext: {
    ...contextOf(live, now),
    routeKey: '$disconnect',
    eventType: 'DISCONNECT',
    disconnectStatusCode: code,
    disconnectReason: '',
  },
  isBase64Encoded: false,
})

export function authorizerEvent(
  request: IncomingMessage,
  connectionId: string,
  now: number,
): APIGatewayRequestAuthorizerEvent {
  const headers = headersOf(request)
  const live = { connectionId, connectedAt: now, authorizer: {}, sourceIp: request.socket.remoteAddress ?? '' }
  return {
    type: 'REQUEST',
    methodArn: `arn:aws:execute-api:local:000000000000:local/${stage}/$connect`,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    stageVariables: {},
    requestContext: { ...contextOf(live, now), routeKey: '$connect', eventType: 'CONNECT' },
  } as unknown as APIGatewayRequestAuthorizerEvent
}
