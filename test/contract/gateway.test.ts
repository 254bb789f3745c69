import { once } from 'node:events'
import { connect } from 'node:net'
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type WebSocket as Socket, WebSocket } from 'ws'
import type { App } from '#functions/app.ts'
import { createGateway } from '#local/gateway/gateway.ts'
import { invoke } from '#local/gateway/lambda.ts'
import { liveConnections } from '#local/gateway/live-connections.ts'
import { management } from '#local/gateway/management.ts'
import { type Listening, listen } from '#local/listen.ts'
import { limits } from '#protocol/limits.ts'

/** A gateway in front of functions that only say what they were given: API Gateway's part, without a relay. */
const events: unknown[] = []
let now = 1_000_000
let connectStatus = 200
const clock = { now: () => now }
const app: App = {
  authorizer: async (event) => {
    const [, proof = ''] = (event.headers?.['sec-websocket-protocol'] ?? '').split(/, ?/)
    const Effect = proof === 'good' ? 'Allow' : 'Deny'
    return {
      principalId: 'p',
      policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'a', Effect, Resource: '*' }] },
      context: { number: 7, text: 'seven' },
    }
  },
  websocket: async (event) => {
    events.push(event)
    if (event.requestContext.routeKey === '$connect')
      return { statusCode: connectStatus, headers: { 'Sec-WebSocket-Protocol': 'countersign.v1' } }
    if (event.body === 'throw') throw new Error('a bug')
    return { statusCode: 200, body: `echo ${event.body}` }
  },
  http: async (event) => ({
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  }),
  sweep: async () => ({ hostsTold: 0, expired: 0, pushed: 0, failed: 0 }),
}
const live = liveConnections(clock)
let listening: Listening
let url = ''

beforeAll(async () => {
  const open = await listen(0)
  if (!open) throw new Error('no port')
  listening = open
  listening.serve(createGateway(app, { live, others: async () => false, clock }))
  url = `localhost:${listening.port}`
})
afterAll(async () => {
  live.terminateAll()
  await listening.close()
})

async function open(): Promise<Socket> {
  const socket = new WebSocket(`ws://${url}/v1/socket`, ['countersign.v1', 'good'])
  await once(socket, 'open')
  return socket
}
const status = async (protocols: string[], path = '/v1/socket'): Promise<number> => {
  const socket = new WebSocket(`ws://${url}${path}`, protocols)
  socket.on('error', () => {})
  const [, response] = await once(socket, 'unexpected-response')
  response.resume()
  return response.statusCode
}
const closeCode = async (socket: Socket) => ((await once(socket, 'close')) as [number])[0]
type Event = { requestContext: { routeKey: string; connectionId: string } }
const idOf = () =>
  (events as Event[]).findLast(({ requestContext }) => requestContext.routeKey === '$connect')?.requestContext
    .connectionId ?? ''
const client = () =>
  new ApiGatewayManagementApiClient({
    endpoint: 'http://connections.localhost',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: management(live, clock),
  })

test('a connection is authorized before the upgrade is accepted', async () => {
  expect(await status([])).toBe(401)
  expect(await status(['countersign.v1', 'bad'])).toBe(403)
  expect(await status(['countersign.v1', 'good'], '/elsewhere')).toBe(404)
  connectStatus = 401
  expect(await status(['countersign.v1', 'good'])).toBe(401)
  connectStatus = 200
  const socket = await open()
  expect(socket.protocol).toBe('countersign.v1')
  socket.close()
})

test('what the authorizer says arrives as strings, with every event of the connection', async () => {
  const socket = await open()
  socket.send('{"type":"x"}')
  expect(String((await once(socket, 'message'))[0])).toBe('echo {"type":"x"}')
  expect(events.at(-1)).toMatchObject({
    body: '{"type":"x"}',
    requestContext: {
      routeKey: '$default',
      eventType: 'MESSAGE',
      authorizer: { number: '7', text: 'seven', principalId: 'p' },
    },
  })
  socket.close()
})

test('ping is answered without an invocation', async () => {
  const socket = await open()
  const before = events.length
  socket.send('{"type":"ping"}')
  expect(String((await once(socket, 'message'))[0])).toBe('{"type":"pong"}')
  expect(events).toHaveLength(before)
  socket.close()
})

test('a function that throws is an internal server error, and the connection stays', async () => {
  const socket = await open()
  socket.send('throw')
  expect(JSON.parse(String((await once(socket, 'message'))[0]))).toMatchObject({ message: 'Internal server error' })
  socket.send('on')
  expect(String((await once(socket, 'message'))[0])).toBe('echo on')
  socket.close()
})

test('binary is closed with 1003', async () => {
  const socket = await open()
  socket.send(Buffer.from([1, 2, 3]))
  expect(await closeCode(socket)).toBe(1003)
})

test('a frame above 32 KB is closed with 1009; so is a message above 128 KB in small frames', async () => {
  const exact = await open()
  exact.send('x'.repeat(limits.frameBytes))
  expect(String((await once(exact, 'message'))[0])).toHaveLength('echo '.length + limits.frameBytes)
  exact.send('x'.repeat(limits.frameBytes + 1))
  expect(await closeCode(exact)).toBe(1009)

  const pieces = await open()
  for (let index = 0; index < 4; index += 1) pieces.send('x'.repeat(limits.frameBytes), { fin: index === 3 })
  expect(String((await once(pieces, 'message'))[0])).toHaveLength('echo '.length + limits.messageBytes)
  for (let index = 0; index < 5; index += 1) pieces.send('x'.repeat(limits.frameBytes), { fin: index === 4 })
  expect(await closeCode(pieces)).toBe(1009)
})

test('an idle connection ends after ten minutes, any after two hours', async () => {
  const [idle, busy] = [await open(), await open()]
  now += limits.connectionIdleMs - 1
  busy.send('on')
  await once(busy, 'message')
  live.closeOverdue()
  now += 1
  live.closeOverdue()
  expect(await closeCode(idle)).toBe(1001)
  const closed = closeCode(busy)
  let ended = false
  void closed.then(() => {
    ended = true
  })
  // Busy all the time, a second before each idle limit: only its age ends it.
  for (let rounds = 0; rounds < 13 && !ended; rounds += 1) {
    now += limits.connectionIdleMs - 1_000
    if (now - 1_000_000 < limits.connectionMs) {
      busy.send('on')
      await once(busy, 'message')
    }
    live.closeOverdue()
  }
  expect(await closed).toBe(1001)
})

test('the real management client posts, looks and closes; what is gone is gone', async () => {
  const socket = await open()
  const ConnectionId = idOf()
  const message = once(socket, 'message')
  await client().send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('hello') }))
  expect(String((await message)[0])).toBe('hello')
  const looked = await client().send(new GetConnectionCommand({ ConnectionId }))
  expect(looked.LastActiveAt?.getTime()).toBe(now)
  const closed = once(socket, 'close')
  await client().send(new DeleteConnectionCommand({ ConnectionId }))
  await closed
  await expect(
    client().send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('x') })),
  ).rejects.toBeInstanceOf(GoneException)
  await expect(client().send(new GetConnectionCommand({ ConnectionId: 'never' }))).rejects.toBeInstanceOf(GoneException)
})

test('nobody else reaches the connections', async () => {
  const socket = await open()
  const path = `/@connections/${encodeURIComponent(idOf())}`
  expect((await fetch(`http://${url}${path}`, { method: 'POST', body: 'x' })).status).toBe(404)
  socket.close()
})

test('a message above the limit is not posted', async () => {
  const socket = await open()
  const Data = Buffer.alloc(limits.messageBytes + 1, 'x')
  await expect(client().send(new PostToConnectionCommand({ ConnectionId: idOf(), Data }))).rejects.toMatchObject({
    name: 'PayloadTooLargeException',
  })
  socket.close()
})

test('a request is the event that API Gateway makes of it', async () => {
  const response = await fetch(`http://${url}/v1/tasks/tsk_1/events?after=3&a=1&a=2`, {
    headers: { 'X-Some': 'Thing' },
  })
  expect(await response.json()).toMatchObject({
    version: '2.0',
    routeKey: 'GET /v1/tasks/{id}/events',
    rawPath: '/v1/tasks/tsk_1/events',
    rawQueryString: 'after=3&a=1&a=2',
    pathParameters: { id: 'tsk_1' },
    queryStringParameters: { after: '3', a: '1,2' },
    headers: { 'x-some': 'Thing' },
    requestContext: { http: { method: 'GET', path: '/v1/tasks/tsk_1/events' }, stage: '$default' },
  })
  const binary = await fetch(`http://${url}/v1/blobs`, { method: 'POST', body: Buffer.from([0xff, 0xfe]) })
  expect(await binary.json()).toMatchObject({ isBase64Encoded: true, body: '//4=' })
  expect(await (await fetch(`http://${url}/v1/unknown`)).json()).toMatchObject({ routeKey: '$default' })
})

test('a body above the limit is 413, said or not said in advance', async () => {
  const large = 'x'.repeat(limits.bodyBytes + 1)
  const said = await fetch(`http://${url}/v1/tasks`, { method: 'POST', body: large })
  expect([said.status, ((await said.json()) as { type: string }).type]).toEqual([413, 'body_too_large'])
  const chunks = new ReadableStream({
    start(controller) {
      for (let index = 0; index < 5; index += 1) controller.enqueue(Buffer.alloc(limits.bodyBytes / 4, 'x'))
      controller.close()
    },
  })
  const streamed = await fetch(`http://${url}/v1/tasks`, {
    method: 'POST',
    body: chunks,
    duplex: 'half',
  } as RequestInit)
  expect(streamed.status).toBe(413)
})

test('what is no HTTP is a bad request', async () => {
  const socket = connect(listening.port, '127.0.0.1')
  socket.end('nonsense\r\n\r\n')
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 400 /)
})

test('an integration has 29 seconds', async () => {
  expect(limits.integrationMs).toBe(29_000)
  expect(await invoke(() => new Promise(() => {}), 1)).toEqual({ is: 'timed-out' })
  expect(await invoke(async () => 'in time')).toEqual({ is: 'answered', value: 'in time' })
})
