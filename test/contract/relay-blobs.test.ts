import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localBlobs } from '#local/blobs.ts'
import { limits } from '#protocol/limits.ts'
import { foundTeam, type Team } from '../support/member.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'

let relay: TestRelay
let team: Team
let now = Date.now()
const appDir = mkdtempSync(join(tmpdir(), 'countersign-app-'))
beforeAll(async () => {
  writeFileSync(join(appDir, 'index.html'), '<!doctype html>')
  writeFileSync(join(appDir, 'service-worker.js'), '0')
  mkdirSync(join(appDir, 'assets'))
  writeFileSync(join(appDir, 'assets/index-C2x9aB_d.js'), '1')
  writeFileSync(join(appDir, '../countersign-secret.txt'), 'secret')
  relay = await startTestRelay({ clock: { now: () => now }, appDir })
  team = await foundTeam(relay, { now: () => now })
})
afterAll(async () => {
  await relay.close()
  rmSync(appDir, { recursive: true })
  rmSync(join(appDir, '../countersign-secret.txt'))
})

const idOf = (bytes: Buffer) => `blb_${createHash('sha256').update(bytes).digest('base64url')}`
const upload = async (bytes: Buffer) => {
  const { answer } = await team.host.call('blob.write', { body: { id: idOf(bytes), bytes: bytes.length } })
  return answer.url
}
const put = async (url: string, body: Buffer) => {
  const response = await fetch(url, { method: 'PUT', body: new Uint8Array(body) })
  return [response.status, ((await response.json()) as { type?: string }).type]
}

test('sealed content is stored by its hash, once, and read by the team', async () => {
  const bytes = randomBytes(300_000)
  const id = idOf(bytes)
  expect((await team.owner.call('blob.read', { path: { id } })).problem.type).toBe('blob_not_found')
  const url = await upload(bytes)
  expect(await put(url ?? '', bytes)).toEqual([200, undefined])
  expect(await upload(bytes)).toBeNull()
  const { answer } = await team.owner.call('blob.read', { path: { id } })
  const read = await fetch(answer.url)
  expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true)
  expect(read.headers.get('content-security-policy')).toContain('sandbox')
})

test('what is not what its hash or length says is not stored', async () => {
  const bytes = randomBytes(1_000)
  const url = (await upload(bytes)) ?? ''
  expect(await put(url, randomBytes(1_000))).toEqual([409, 'blob_mismatch'])
  expect(await put(url, bytes.subarray(1))).toEqual([409, 'blob_mismatch'])
  // Chunked, so that the length is not said in advance.
  const chunked = await new Promise<number>((resolve) => {
    const sent = request(url, { method: 'PUT' }, (response) => resolve(response.statusCode ?? 0))
    sent.write(bytes)
    sent.end()
  })
  expect(chunked).toBe(409)
  expect((await team.owner.call('blob.read', { path: { id: idOf(bytes) } })).problem.type).toBe('blob_not_found')
  expect(readdirSync(join(relay.dataDir, 'blobs', team.teamId)).filter((name) => name.endsWith('.new'))).toEqual([])
})

test('a URL is for one content, one method and five minutes', async () => {
  const [bytes, other] = [randomBytes(100), randomBytes(100)]
  const url = (await upload(bytes)) ?? ''
  expect(await put(url.replace(idOf(bytes), idOf(other)), other)).toEqual([401, 'proof_invalid'])
  expect(await put(url.replace('bytes=100', 'bytes=101'), randomBytes(101))).toEqual([401, 'proof_invalid'])
  expect(await put(url.replace(team.teamId, `tm_${'A'.repeat(43)}`), bytes)).toEqual([401, 'proof_invalid'])
  expect(await put(url.replace(/blobs\/.*\?/, 'blobs/../../x?'), bytes)).toEqual([404, undefined])
  expect((await fetch(url)).status).toBe(401)
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(404)
  now += 300_001
  expect(await put(url, bytes)).toEqual([401, 'proof_expired'])
})

test('a blob has a limit, and goes after its retention', async () => {
  const body = { id: idOf(randomBytes(1)), bytes: limits.blobBytes + 1 }
  expect((await team.host.call('blob.write', { body })).problem.type).toBe('body_invalid')
  const folder = mkdtempSync(join(tmpdir(), 'countersign-blobs-'))
  const blobs = localBlobs(folder, 'http://localhost', { now: () => now })
  mkdirSync(join(folder, 'tm_x'))
  for (const [name, age] of [
    ['old', limits.retentionMs + 1_000],
    ['new', 0],
  ] as const) {
    const path = join(folder, 'tm_x', name)
    writeFileSync(path, '')
    utimesSync(path, (now - age) / 1_000, (now - age) / 1_000)
  }
  await blobs.deleteExpired(now)
  expect(readdirSync(join(folder, 'tm_x'))).toEqual(['new'])
  rmSync(folder, { recursive: true })
})

test('the app is served with strict headers: hashed files for ever, the page and the worker never from a cache', async () => {
  for (const [path, cache] of [
    ['/', 'no-cache'],
    ['/p', 'no-cache'],
    ['/approval/apr_1', 'no-cache'],
    ['/index.html', 'no-cache'],
    ['/service-worker.js', 'no-cache'],
    ['/assets/index-C2x9aB_d.js', 'public, max-age=31536000, immutable'],
  ] as const) {
    const response = await fetch(relay.url + path)
    expect([path, response.status, response.headers.get('cache-control')]).toEqual([path, 200, cache])
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self';")
    expect(policy).toContain(`connect-src 'self' ${relay.url.replace('http', 'ws')}/v1/socket;`)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  }
  expect((await fetch(`${relay.url}/`, { method: 'POST' })).status).toBe(404)
  expect((await fetch(`${relay.url}/missing.js`)).status).toBe(404)
})

test('no path leads out of the app’s folder', async () => {
  for (const path of [
    '/../countersign-secret.txt',
    '/assets/../../countersign-secret.txt',
    '/%2e%2e/countersign-secret.txt',
    '/..%2fcountersign-secret.txt',
    '//etc/passwd',
    '/assets/\\..\\..\\x.txt',
    '/\0.txt',
  ]) {
    const { port } = new URL(relay.url)
    const status = await new Promise<number>((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', path: path.replaceAll(/[\0\\]/g, '%00') }, (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => {
          expect(text).not.toContain('secret')
          expect(text).not.toContain('root:')
          resolve(response.statusCode ?? 0)
        })
      })
      sent.on('error', reject)
      sent.end()
    })
    expect([200, 400, 404]).toContain(status)
  }
})
