import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isErrorCode, type Problem } from '#protocol/errors.ts'
import { httpRoutes } from '#protocol/http.ts'
import { limits } from '#protocol/limits.ts'
import { makeProof } from '#trust/proof.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { connected, foundTeam, type Team, type Wire } from '../support/member.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'

let relay: TestRelay
let team: Team
beforeAll(async () => {
  relay = await startTestRelay()
  team = await foundTeam(relay)
})
afterAll(() => relay.close())

const runs = Number(process.env.COUNTERSIGN_FUZZ_RUNS ?? 6_000)
const seed = process.env.COUNTERSIGN_FUZZ_SEED ? { seed: Number(process.env.COUNTERSIGN_FUZZ_SEED) } : {}

const types = ['connection.sync', 'inbox.ack', 'task.append', 'task.watch', 'task.unwatch', 'ping', 'nonsense']
const ids = [
  'tsk_01K0000000000000000000000A',
  'apr_01K0000000000000000000000A',
  `hst_${'A'.repeat(43)}`,
  `blb_${'A'.repeat(43)}`,
  'rdv_AAAAAAAAAAAAAAAAAAAAAA',
  '__proto__',
  '',
  '..',
  '%2e%2e',
  'a'.repeat(300),
]
const names = [
  'type',
  'id',
  'items',
  'batch',
  'taskId',
  'state',
  'sealed',
  '__proto__',
  'constructor',
  'v',
  'from',
  'ct',
  'seq',
  'push',
  'grants',
  'entry',
  'entries',
  'claim',
  'slot',
  'content',
]
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, 0, -1, 1.5, 1e308, '', ...ids, ...types),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 6 }),
  ),
})).value
/** From nearly right to bytes of no meaning, and what bombs are made of. */
const text = fc.oneof(
  fc
    .record({ type: fc.constantFrom(...types), id: fc.oneof(fc.constant('x'), json) }, { requiredKeys: ['type'] })
    .chain((frame) =>
      fc
        .dictionary(fc.constantFrom(...names.slice(2)), json, { maxKeys: 4 })
        .map((more) => JSON.stringify({ ...frame, ...more })),
    ),
  json.map((value) => JSON.stringify(value) ?? ''),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '[',
    '{"type":"ping"',
    `${'['.repeat(5_000)}`,
    `{"type":"task.watch","type":"ping","id":"x"}`,
    '"\\ud800"',
    `"${'x'.repeat(30_000)}"`,
  ),
)

/** A frame that is in order and answered, to know that everything before it was. */
async function fence(wire: Wire, id: string): Promise<void> {
  expect(await wire.ask({ type: 'connection.sync', id })).toMatchObject({ type: 'connection.synced' })
}

test('whatever arrives in a frame, the answer is one that is listed, and the connection stays', async () => {
  const wires = [await connected(team.owner), await connected(team.host)]
  let sent = 0
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 60, maxLength: 60 }), async (texts) => {
      for (const [at, wire] of wires.entries()) {
        for (const each of texts) wire.send(each)
        sent += texts.length
        await fence(wire, `f${sent}-${at}`)
        for (const frame of wire.frames.splice(0)) {
          if (frame.type === 'refused') expect(isErrorCode(frame.code) && frame.code !== 'internal').toBe(true)
          else expect(['pong', 'ok', 'host.changed', 'connection.synced']).toContain(frame.type)
        }
      }
    }),
    { numRuns: Math.ceil(runs / 120), ...seed },
  )
  expect(sent).toBeGreaterThanOrEqual(runs)
  for (const wire of wires) wire.socket.close()
})

const routes = Object.values(httpRoutes)
const path = fc.oneof(
  fc
    .constantFrom(...routes.map((route) => route.path))
    .chain((of) =>
      fc
        .tuple(
          fc.constantFrom(...ids),
          fc.constantFrom('', '?after=1', '?from=1', '?from=x', '?__proto__=1', '?after=%ff&after='),
        )
        .map(([id, query]) => of.replace(/\{\w+\}/, id) + query),
    ),
  // Every URL parser takes dots away, and what is left is none of the relay's paths.
  fc
    .string({ maxLength: 30 })
    .filter((tail) => !/^\.{1,2}$/.test(tail))
    .map((tail) => `/v1/${encodeURIComponent(tail)}`),
)
const method = fc.constantFrom('GET' as const, 'POST' as const, 'PUT' as const, 'DELETE' as const)
const allowed = new Set([200, 400, 401, 403, 404, 409, 410, 413, 429])

type Asked = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  body: string
  proof: 'right' | 'self' | 'none' | string
}
async function request({ method: verb, path: to, body, proof }: Asked): Promise<void> {
  const sent = verb === 'GET' ? '' : body
  // A browser's and Node's own URL parser rewrite some paths: the proof is over what goes out.
  const url = new URL(to, relay.url)
  const asked = url.pathname + url.search
  const who = proof === 'host' ? team.host : team.owner
  const right = proof === 'right' || proof === 'host' || proof === 'self'
  const jws = right
    ? await makeProof(webCrypto, who.pair, {
        ...{ aud: relay.origin, method: verb, path: asked.slice(0, 500), now: Date.now() },
        ...(sent ? { body: Buffer.from(sent) } : {}),
        ...(proof === 'self' ? { withJwk: true } : { team: team.teamId }),
      })
    : proof
  const authorization = proof === 'none' ? {} : { authorization: `Countersign ${jws.replace(/[^\x20-\x7e]/g, '')}` }
  const response = await fetch(url, { method: verb, headers: authorization, ...(sent ? { body: sent } : {}) })
  const answer = (await response.json()) as Problem
  expect(allowed).toContain(response.status)
  if (response.status === 200) return
  expect(isErrorCode(answer.type) && answer.type !== 'internal').toBe(true)
  expect(Object.keys(answer).sort()).toEqual(expect.arrayContaining(['status', 'title', 'type']))
}

test('whatever arrives in a request, the answer is one that is listed', async () => {
  const asked = fc.record({
    method,
    path,
    body: text,
    proof: fc.oneof(fc.constantFrom('right', 'host', 'self', 'none'), fc.string({ maxLength: 50 })),
  })
  let sent = 0
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { minLength: 20, maxLength: 20 }), async (requests) => {
      await Promise.all(requests.map(request))
      sent += requests.length
    }),
    { numRuns: Math.ceil(runs / 20), ...seed },
  )
  expect(sent).toBeGreaterThanOrEqual(runs)
})

test('right routes with bodies of garbage inside the right form are refused by code', async () => {
  const cases = routes
    .filter((route) => route.body !== null)
    .map((route) => ({ method: route.method, path: route.path.replace(/\{\w+\}/, ids[0] ?? '') }))
  for (const { method: verb, path: to } of cases) {
    for (const body of ['{}', '[]', 'null', `{"id":"${'a'.repeat(limits.bodyBytes)}"}`, `{"__proto__":{}}`]) {
      await request({ method: verb, path: to, body, proof: 'right' })
    }
  }
})
