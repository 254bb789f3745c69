import { afterEach, expect, test } from 'vitest'
import { systemClock } from '#link/clock.ts'
import { openRelay } from '#link/relay-http.ts'
import { generateKeys } from '#trust/keys.ts'
import { checkProof } from '#trust/proof.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import type { Answer, Seen } from './small-relay.ts'
import { smallRelay } from './small-relay.ts'

const keys = await generateKeys(webCrypto, { extractable: false })
const team = `tm_${'A'.repeat(43)}`
const caller = { crypto: webCrypto, keys, team: () => team }
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function relayThat(answer: (seen: Seen, nth: number) => Answer) {
  let nth = 0
  const server = await smallRelay((seen) => {
    nth += 1
    return answer(seen, nth)
  })
  closing.push(server.close)
  // Only the waits are shortened: everything else is real.
  const clock = { ...systemClock, after: (ms: number, run: () => void) => systemClock.after(ms > 20_000 ? ms : 1, run) }
  return { server, relay: openRelay({ url: `${server.origin}/`, fetch, clock, caller }) }
}

test('every call of a member carries a proof for exactly this request', async () => {
  const { server, relay } = await relayThat(() => ({ body: { n: 3 } }))
  expect(await relay.call('trust.append', { body: { entry: 'a.b.c' } })).toEqual({ ok: true, value: { n: 3 } })
  const [{ headers, body, method, path } = { headers: {}, body: '', method: '', path: '' }] = server.seen
  const jws = headers.authorization?.replace(/^Countersign /, '') ?? ''
  const check = (change: { aud?: string; path?: string; body?: Uint8Array }) =>
    checkProof(webCrypto, {
      jws,
      aud: server.origin,
      method: method as 'POST',
      path,
      body: new TextEncoder().encode(body),
      now: Date.now(),
      keyOf: async () => keys.keys.sign,
      ...change,
    })
  expect(await check({})).toMatchObject({ ok: true, value: { kid: keys.keys.kid, team } })
  expect((await check({ aud: 'https://elsewhere.example' })).ok).toBe(false)
  expect((await check({ path: '/v1/tasks' })).ok).toBe(false)
  expect((await check({ body: new TextEncoder().encode('{}') })).ok).toBe(false)
})

test('an open route gets no proof', async () => {
  const { server, relay } = await relayThat(() => ({ body: server.place }))
  expect((await relay.call('relay.read', {})).ok).toBe(true)
  expect(server.seen[0]?.headers.authorization).toBeUndefined()
})

test('an outage is tried again, with a new proof each time', async () => {
  const { server, relay } = await relayThat((_, nth) =>
    nth === 1 ? { hangUp: true } : nth === 2 ? { status: 503, body: { type: 'unavailable' } } : { body: { hosts: [] } },
  )
  expect(await relay.call('hosts.list', {})).toEqual({ ok: true, value: { hosts: [] } })
  expect(new Set(server.seen.map(({ headers }) => headers.authorization)).size).toBe(3)
})

test('a refusal is not tried again, and its code and detail come through', async () => {
  const { server, relay } = await relayThat(() => ({
    status: 409,
    body: { type: 'approval_already_settled', detail: 'why' },
  }))
  expect(await relay.call('approval.read', { params: { id: 'apr_x' } })).toEqual({
    ok: false,
    code: 'approval_already_settled',
    detail: 'why',
  })
  expect(server.seen).toHaveLength(1)
})

test('a wrong clock is mended once by what the refusal says', async () => {
  const theirs = Date.now() + 3_600_000
  const { server, relay } = await relayThat((_, nth) =>
    nth === 1 ? { status: 401, body: { type: 'proof_expired', time: theirs } } : { body: { hosts: [] } },
  )
  expect((await relay.call('hosts.list', {})).ok).toBe(true)
  expect(relay.now()).toBeGreaterThanOrEqual(theirs)
  const always = await relayThat(() => ({ status: 401, body: { type: 'proof_expired', time: theirs } }))
  expect(await always.relay.call('hosts.list', {})).toMatchObject({ code: 'proof_expired' })
  expect(always.server.seen).toHaveLength(2)
  expect(server.seen).toHaveLength(2)
})

test.each([
  ['a page of some proxy', { status: 502, body: '<html>' }, 'unavailable', 2],
  ['an unknown code', { status: 400, body: { type: 'made_up' } }, 'internal', 1],
  ['an answer of another form', { body: { hosts: 'none' } }, 'internal', 1],
  ['no JSON', { body: 'hello' }, 'internal', 1],
] as const)('%s gets a code', async (_, answer, code, calls) => {
  const { server, relay } = await relayThat(() => answer)
  expect(await relay.call('hosts.list', { tries: 2 })).toMatchObject({ ok: false, code })
  expect(server.seen).toHaveLength(calls)
})

test('nobody there is relay_unreachable', async () => {
  const { server, relay } = await relayThat(() => ({}))
  await server.close()
  expect(await relay.call('hosts.list', { tries: 2 })).toEqual({ ok: false, code: 'relay_unreachable' })
})
