import { createServer } from 'node:net'
import { connect } from 'node:tls'
import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { readClientHello } from '#host-agent/sandbox/network/client-hello.ts'

/** What OpenSSL sends first, caught on loopback. */
function realHello(servername: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.once('data', (bytes) => {
        resolve(bytes)
        socket.destroy()
        server.close()
      })
      socket.on('error', () => {})
    }).listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address !== 'object' || !address) throw new Error('no address')
      connect({ port: address.port, host: '127.0.0.1', servername }).on('error', () => {})
    })
  })
}

let hello: Buffer
let nameless: Buffer
beforeAll(async () => {
  hello = await realHello('registry.npmjs.org')
  nameless = await realHello('')
})

/** The same handshake in records that end at the given places. */
function inRecords(bytes: Buffer, ends: readonly number[]): Buffer {
  const body = bytes.subarray(5)
  const cuts = [...new Set([...ends.map((end) => 1 + (end % (body.length - 1))), body.length])].sort((a, b) => a - b)
  return Buffer.concat(
    cuts.map((end, index) => {
      const part = body.subarray(cuts[index - 1] ?? 0, end)
      return Buffer.concat([Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part])
    }),
  )
}

test('the name of a real ClientHello is read', () => {
  expect(readClientHello(hello)).toEqual({ state: 'hello', serverName: 'registry.npmjs.org' })
  expect(readClientHello(nameless)).toEqual({ state: 'hello', serverName: null })
})

test('however it is split over records and packets, the same name is read, and no part of it is enough', () => {
  void fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 12 }), fc.nat(), (ends, at) => {
      const bytes = inRecords(hello, ends)
      expect(readClientHello(bytes)).toEqual({ state: 'hello', serverName: 'registry.npmjs.org' })
      expect(readClientHello(bytes.subarray(0, at % bytes.length)).state).toBe('more')
    }),
  )
})

test('one byte a record is still the same name', () => {
  const ends = Array.from({ length: hello.length }, (_, index) => index)
  expect(readClientHello(inRecords(hello, ends))).toEqual({ state: 'hello', serverName: 'registry.npmjs.org' })
})

test('what follows the handshake does not change it', () => {
  const early = Buffer.concat([hello, Buffer.from([23, 3, 3, 0, 2, 1, 2])])
  expect(readClientHello(early)).toEqual({ state: 'hello', serverName: 'registry.npmjs.org' })
})

const withName = (change: (name: Buffer) => Buffer) => {
  const at = hello.indexOf('registry.npmjs.org')
  return Buffer.concat([hello.subarray(0, at), change(hello.subarray(at, at + 18)), hello.subarray(at + 18)])
}

test.each([
  [
    'a zero byte in the name',
    () => withName((name) => Buffer.concat([name.subarray(0, 8), Buffer.from([0]), name.subarray(9)])),
  ],
  ['an empty record', () => Buffer.concat([Buffer.from([22, 3, 1, 0, 0]), hello])],
  [
    'another record between',
    () => Buffer.concat([inRecords(hello, [9]).subarray(0, 15), Buffer.from([21, 3, 1, 0, 2, 1, 0])]),
  ],
  ['a record longer than allowed', () => Buffer.concat([Buffer.from([22, 3, 1, 0x40, 1]), hello.subarray(5)])],
  ['a handshake that is no hello', () => Buffer.concat([hello.subarray(0, 5), Buffer.from([2]), hello.subarray(6)])],
  ['SSL 2', () => Buffer.concat([Buffer.from([22, 2, 0]), hello.subarray(3)])],
])('%s is not passed', (_name, make) => {
  expect(readClientHello(make()).state).toBe('bad')
})

test('what is no TLS is told apart by its first byte', () => {
  expect(readClientHello(Buffer.from('SSH-2.0-OpenSSH_9.9\r\n')).state).toBe('not-tls')
  expect(readClientHello(Buffer.alloc(0)).state).toBe('more')
})

test('no bytes at all make it throw or read beyond', () => {
  void fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(), fc.nat({ max: 255 }), (noise, at, value) => {
      readClientHello(Buffer.concat([Buffer.from([22, 3, 1, 0, 120]), noise]))
      const changed = Buffer.from(hello)
      changed[at % changed.length] = value
      const reading = readClientHello(changed)
      if (reading.state === 'hello' && reading.serverName !== null)
        expect(reading.serverName).toMatch(/^[A-Za-z0-9._-]+$/)
    }),
    { numRuns: 2_000 },
  )
})
