import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { isErrorCode } from '#protocol/errors.ts'
import type { World } from '#test/support/trust-world.ts'
import { NOW, newTeam } from '#test/support/trust-world.ts'
import { openEnvelope } from '#trust/envelope.ts'
import { acceptOffer, checkLock, newOffer, openAccept, openConfirm, openJoined, readLink } from '#trust/pairing.ts'
import type { Offer } from '#trust/pairing-offer.ts'
import { openPush } from '#trust/push.ts'
import { appendEntry, extendLog, readLog } from '#trust/trust-log.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

/** How often each reader is fed; `npm run fuzz` raises it. */
const numRuns = Number(process.env.COUNTERSIGN_FUZZ_RUNS ?? 400)

let world: World
let offer: Offer
let session: Parameters<typeof openConfirm>[1]

beforeAll(async () => {
  world = await newTeam()
  offer = await newOffer(c, world.host, { relay: 'https://relay.example', team: null, now: NOW })
  const accepted = await acceptOffer(c, world.owner, {
    link: offer.link,
    card: offer.card,
    label: 'x',
    person: 'y',
    team: null,
    now: NOW,
  })
  if (!accepted.ok) throw new Error(accepted.code)
  session = accepted.value.session
})

const token = fc.stringMatching(/^[A-Za-z0-9_-]{0,60}$/)
const garbage = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  token,
  fc.tuple(token, token, token).map((parts) => parts.join('.')),
  fc
    .record({
      v: fc.constant(1),
      id: token,
      kind: fc.constant('pairing'),
      from: token,
      wraps: fc.dictionary(token, token),
      ct: token,
    })
    .map((value) => JSON.stringify(value)),
  fc.record({ enc: token, ct: token }).map((value) => JSON.stringify(value)),
  fc.record({ accept: token, nonce: token, tag: token }).map((value) => JSON.stringify(value)),
  token.map((text) => `https://relay.example/p#${text}`),
)

const readers: Record<string, (text: string) => unknown> = {
  readLink,
  openAccept: (text) => openAccept(c, offer, text),
  checkLock: (text) => checkLock(c, session, text),
  openConfirm: (text) => openConfirm(c, session, world.owner, text),
  openJoined: (text) => openJoined(c, world.host, session, text),
  openEnvelope: (text) => openEnvelope(c, world.owner, text),
  openPush: (text) => openPush(c, world.owner, text),
  readLog: (text) => readLog(c, [text]),
  appendEntry: (text) => appendEntry(c, world.team, text),
  extendLog: (text) => extendLog(c, world.team, [text]),
}

test.each(Object.keys(readers))('%s answers garbage with a listed code', async (name) => {
  const property = fc.asyncProperty(garbage, async (text) => {
    const result = (await readers[name]?.(text)) as { ok: boolean; code?: unknown }
    expect(result.ok).toBe(false)
    expect(isErrorCode(result.code), String(result.code)).toBe(true)
  })
  await fc.assert(property, { numRuns })
})
