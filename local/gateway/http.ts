import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServeHttp } from '#functions/handlers/pipeline/serve-http.ts'
import { problemOf } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { httpEvent, splitUrl } from './events.ts'
import { invoke } from './lambda.ts'
import { routeMatcher } from './match-route.ts'

/** Answers a request of the HTTP API: event in, the function's answer out, with API Gateway's own errors around it. */
export function httpGateway(serve: ServeHttp, clock: { now(): number }) {
  const match = routeMatcher()
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request, limits.bodyBytes)
    if (body === 'too-large') return refuseBody(response)
    if (body === 'broken') return void response.destroy()
    const matched = match(request.method ?? '', splitUrl(request)[0])
    const done = await invoke(() => serve(httpEvent(request, body, matched, clock.now())))
    if (done.is === 'failed') return send(response, 500, { message: 'Internal Server Error' })
    if (done.is === 'timed-out') return send(response, 503, { message: 'Service Unavailable' })
    const { statusCode = 200, headers = {}, body: text = '', isBase64Encoded = false } = done.value
    // As text, head and body leave in one write.
    const content = isBase64Encoded ? Buffer.from(text, 'base64') : text
    const plain = Object.entries(headers).map(([name, value]) => [name, String(value)] as const)
    response.writeHead(statusCode, { ...Object.fromEntries(plain), 'content-length': Buffer.byteLength(content) })
    response.end(content)
  }
}

/**
 * The whole body, up to `most` bytes. API Gateway takes 10 MB and the function then refuses; one process on one machine does not read what it will
 * refuse anyway.
 */
export function readBody(request: IncomingMessage, most: number): Promise<Buffer | 'too-large' | 'broken'> {
  if (Number(request.headers['content-length'] ?? 0) > most) return Promise.resolve('too-large')
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > most) {
        request.pause()
        resolve('too-large')
      } else chunks.push(chunk)
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', () => resolve('broken'))
    request.on('close', () => resolve('broken'))
  })
}

/** What is still to come is not read, so the connection can't be used again. */
export function refuseBody(response: ServerResponse): void {
  response.setHeader('connection', 'close')
  response.shouldKeepAlive = false
  send(response, 413, problemOf('body_too_large'), 'application/problem+json')
}

export function send(response: ServerResponse, status: number, value: unknown, type = 'application/json'): void {
  const text = JSON.stringify(value)
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  })
  response.end(text)
}
