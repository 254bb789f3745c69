import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { compareApp } from '#cli/compare-app.ts'
import { serveSite } from '#local/site.ts'

const root = mkdtempSync(join(tmpdir(), 'countersign-compare-'))
const built = join(root, 'built')
const served = join(root, 'served')
mkdirSync(join(built, 'assets'), { recursive: true })
for (const file of ['index.html', 'service-worker.js', 'assets/index-C2x9_-aB.js'])
  writeFileSync(join(built, file), file)

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
  rmSync(served, { recursive: true, force: true })
})

/** Serves a copy of the build, which `change` changed, as the relay does; `before` sees every answer first. */
async function compared(change: () => void, before: (response: ServerResponse) => void = () => {}) {
  cpSync(built, served, { recursive: true })
  change()
  const serve = serveSite(served, ['wss://relay.test'])
  const server = createServer((request, response) => {
    before(response)
    void serve(request, response).then((found) => found || response.writeHead(404).end())
  }).listen(0, '127.0.0.1')
  ends.push(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return compareApp(built, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}
const value = (differences: object[]) => ({ ok: true, value: { files: 3, differences } })

test('the same build is the same, packed or not', async () => {
  expect(await compared(() => {})).toEqual(value([]))
})

test('one byte more, a file less, another page: each is named', async () => {
  const change = () => {
    writeFileSync(join(served, 'service-worker.js'), 'service-worker.js ')
    rmSync(join(served, 'assets/index-C2x9_-aB.js'))
    writeFileSync(join(served, 'index.html'), 'index.htm1')
  }
  expect(await compared(change)).toEqual(
    value([
      { path: '/', why: 'differs' },
      { path: '/assets/index-C2x9_-aB.js', why: 'missing' },
      { path: '/index.html', why: 'differs' },
      { path: '/p', why: 'differs' },
      { path: '/service-worker.js', why: 'differs' },
    ]),
  )
})

test('the same bytes under a policy that lets the page load more are not the same', async () => {
  const weaker = (response: ServerResponse) => {
    const write = response.writeHead.bind(response)
    response.writeHead = ((status: number, headers: Record<string, string>) =>
      write(status, {
        ...headers,
        'content-security-policy': `${headers['content-security-policy']}; script-src-elem https://evil.test`,
      })) as typeof response.writeHead
  }
  expect(await compared(() => {}, weaker)).toEqual(
    value(['/', '/index.html', '/p'].map((path) => ({ path, why: 'policy' }))),
  )
})

test('nobody there is said to be', async () => {
  expect(await compareApp(built, 'http://127.0.0.1:9')).toMatchObject({ ok: false, code: 'relay_unreachable' })
})
