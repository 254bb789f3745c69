import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { loopbackHttp } from '#local/loopback-http.ts'

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const says = (answer: (socket: Socket) => void) =>
  listening(createServer((socket) => socket.on('data', () => answer(socket)).on('error', () => {})))
const ask = { method: 'POST', path: '/a?b', headers: { host: 'x', 'x-some': 'thing' }, body: '€' }

test('asks and hears as Node’s own server does, over one connection', async () => {
  const ports = new Set<number | undefined>()
  const url = await listening(
    createHttp((request, response) => {
      ports.add(request.socket.remotePort)
      let body = ''
      request.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        const { method, url: path, headers } = request
        if (method === 'DELETE') return response.writeHead(204).end()
        const text = JSON.stringify({ method, path, headers, body })
        response.writeHead(418, { 'content-length': Buffer.byteLength(text), 'X-Amzn-ErrorType': 'Tea' }).end(text)
      })
    }),
  )
  const http = loopbackHttp(url)
  onTestFinished(() => http.destroy())
  for (const body of ['€', Buffer.from('€')]) {
    const { response } = await http.handle({ ...ask, body })
    expect([response.statusCode, response.headers['x-amzn-errortype']]).toEqual([418, 'Tea'])
    expect(JSON.parse(String(response.body))).toMatchObject({
      method: 'POST',
      path: '/a?b',
      headers: { 'x-some': 'thing' },
      body: '€',
    })
  }
  expect((await http.handle({ ...ask, method: 'DELETE', body: '' })).response).toMatchObject({
    statusCode: 204,
    body: Buffer.alloc(0),
  })
  expect(ports.size).toBe(1)
  const many = await Promise.all(Array.from({ length: 20 }, () => http.handle(ask)))
  expect(many.every(({ response }) => response.statusCode === 418)).toBe(true)
})

test('an answer may come byte by byte', async () => {
  const url = await says((socket) => {
    for (const byte of Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')) socket.write(Buffer.from([byte]))
  })
  const http = loopbackHttp(url)
  onTestFinished(() => http.destroy())
  expect((await http.handle(ask)).response).toMatchObject({ statusCode: 200, body: Buffer.from('ok') })
})

test.each([
  ['what is no HTTP', 'nonsense\r\n\r\n'],
  ['chunks, which it does not know', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'],
  ['half an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok'],
  ['nothing', ''],
])('%s is an error that the SDK tries again', async (_, text) => {
  const http = loopbackHttp(await says((socket) => socket.end(text)))
  onTestFinished(() => http.destroy())
  await expect(http.handle(ask)).rejects.toMatchObject({ name: 'TimeoutError' })
})

test('nobody there is an error too, and a server that comes back is found', async () => {
  const url = await says((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'))
  const http = loopbackHttp(url)
  onTestFinished(() => http.destroy())
  for (let times = 0; times < 3; times += 1) expect((await http.handle(ask)).response.statusCode).toBe(200)
  await expect(loopbackHttp('http://127.0.0.1:1').handle(ask)).rejects.toMatchObject({ code: 'ECONNRESET' })
})
