import { expect, test } from 'vitest'
import { pair } from '#client/pair.ts'
import { refused } from '#protocol/errors.ts'
import type { PairConfirm, RendezvousSlot } from '#protocol/statements/pairing.ts'
import type { KeyPair } from '#trust/keys.ts'
import { makeLock, newOffer, openAccept, openJoined, sealConfirm } from '#trust/pairing.ts'
import { readLog } from '#trust/trust-log.ts'
import type { Handlers } from './team-world.ts'
import { contextOf, crypto, foundTeam, must, newKeys, origin, relayOf } from './team-world.ts'

type Confirm = Pick<PairConfirm, 'how' | 'log'> & { claim?: string }

/** A rendezvous with a host behind it that answers as soon as it is asked, and confirms once the code was typed. */
async function offered(host: KeyPair, confirm: (device: string) => Confirm, handlers: Handlers = {}) {
  const offer = await newOffer(crypto, host, { relay: origin, team: null, now: Date.now() })
  const slots: { slot: RendezvousSlot; content: string }[] = []
  let session: Awaited<ReturnType<typeof openAccept>> | undefined
  let right = ''
  const relay = relayOf({
    'rendezvous.read': () => ({ card: offer.card, expiresAt: offer.link.expiresAt, messages: slots }),
    'rendezvous.answer': async ({ body }) => {
      slots.push(body)
      if (body.slot !== 'accept') return {}
      session = await openAccept(crypto, offer, body.content)
      const lock = await makeLock(crypto, must(session).session)
      right = lock.code
      slots.push({ slot: 'lock', content: lock.text })
      return {}
    },
    ...handlers,
  })
  return {
    offer,
    relay,
    slots,
    link: offer.url(origin),
    async type(code: string) {
      if (code !== right || !session) throw new Error('wrong code')
      const { session: own } = must(session)
      const content = await sealConfirm(crypto, host, own, {
        name: 'laptop',
        policyHash: 'A'.repeat(43),
        iat: Date.now(),
        ...confirm(own.device.kid),
      })
      slots.push({ slot: 'confirm', content })
    },
    async joined() {
      const last = slots.find(({ slot }) => slot === 'joined')
      return openJoined(crypto, host, must(session as NonNullable<typeof session>).session, last?.content ?? '')
    },
  }
}

const who = { label: 'phone', person: 'Ada' }

test('the first pairing founds a team with the claim', async () => {
  const [device, host] = [await newKeys(), await newKeys()]
  let claim = ''
  const rendezvous = await offered(host, () => ({ how: 'found', claim: 'the-claim', log: [] }), {
    'team.found': ({ body }) => {
      claim = body.claim
      return { teamId: 'checked by the device itself' }
    },
  })
  const context = await contextOf(device, null, rendezvous.relay)
  const paired = must(
    await pair(context, { ...who, link: rendezvous.link, onCode: (code) => void rendezvous.type(code) }),
  )
  expect(claim).toBe('the-claim')
  expect(paired.hostName).toBe('laptop')
  const joined = must(await rendezvous.joined())
  const log = must(await readLog(crypto, joined.log))
  expect(log.teamId).toBe(paired.team.teamId)
  expect(log.keys.get(device.keys.kid)?.rights).toMatchObject({ role: 'owner' })
  expect(log.keys.get(host.keys.kid)).toMatchObject({ kind: 'host' })
  expect(context.team.state()?.teamId).toBe(paired.team.teamId)
})

test('an owner brings a further host into the team', async () => {
  const { device, team } = await foundTeam()
  const host = await newKeys()
  const entries = [...team.entries]
  const rendezvous = await offered(host, () => ({ how: 'bring', log: [] }), {
    'trust.read': ({ query }) => ({
      from: Number(query?.from),
      entries: entries.slice(Number(query?.from)),
      more: false,
    }),
    'trust.append': ({ body }) => ({ n: entries.push(body.entry) - 1 }),
  })
  const context = await contextOf(device, team, rendezvous.relay)
  must(await pair(context, { ...who, link: rendezvous.link, onCode: (code) => void rendezvous.type(code) }))
  expect(context.team.state()?.keys.get(host.keys.kid)).toMatchObject({ kind: 'host', removedAt: null })
})

test('a newcomer takes a log over only when it holds both', async () => {
  const { host, team } = await foundTeam()
  const rendezvous = await offered(host, () => ({ how: 'added', log: [...team.entries] }))
  const context = await contextOf(await newKeys(), null, rendezvous.relay)
  const paired = await pair(context, { ...who, link: rendezvous.link, onCode: (code) => void rendezvous.type(code) })
  expect(paired).toMatchObject({ ok: false, code: 'trust_entry_refused' })
  expect(context.team.state()).toBeNull()
})

test('a host can’t make a device that has a team found another', async () => {
  const { device, team } = await foundTeam()
  const rendezvous = await offered(await newKeys(), () => ({ how: 'found', claim: 'x', log: [] }))
  const context = await contextOf(device, team, rendezvous.relay)
  const paired = await pair(context, { ...who, link: rendezvous.link, onCode: (code) => void rendezvous.type(code) })
  expect(paired).toMatchObject({ code: 'pairing_accept_invalid' })
})

test('another card than the one in the link is an alarm, and nothing is sent', async () => {
  const stranger = await newOffer(crypto, await newKeys(), { relay: origin, team: null, now: Date.now() })
  const rendezvous = await offered(await newKeys(), () => ({ how: 'found', log: [] }), {
    'rendezvous.read': () => ({ card: stranger.card, expiresAt: Date.now() + 1_000, messages: [] }),
  })
  const context = await contextOf(await newKeys(), null, rendezvous.relay)
  expect(await pair(context, { ...who, link: rendezvous.link, onCode: () => {} })).toMatchObject({
    code: 'pairing_card_mismatch',
  })
  expect(rendezvous.slots).toEqual([])
})

test.each([
  ['pairing_code_exhausted', 'pairing_code_exhausted'],
  ['what no host says', 'rendezvous_taken'],
])('an offer that was burnt for %s shows no code', async (content, code) => {
  const rendezvous = await offered(await newKeys(), () => ({ how: 'found', log: [] }), {
    'rendezvous.answer': () => ({}),
  })
  rendezvous.slots.push({ slot: 'burnt', content })
  const codes: string[] = []
  const context = await contextOf(await newKeys(), null, rendezvous.relay)
  const paired = await pair(context, { ...who, link: rendezvous.link, onCode: (shown) => codes.push(shown) })
  expect(paired).toMatchObject({ code })
  expect(codes).toEqual([])
})

test.each([
  ['no link', 'hello', 'pairing_link_invalid'],
  ['a link of another relay', 'elsewhere', 'pairing_link_invalid'],
])('%s is refused', async (_, text, code) => {
  const elsewhere = await newOffer(crypto, await newKeys(), {
    relay: 'https://elsewhere.example',
    team: null,
    now: Date.now(),
  })
  const link = text === 'elsewhere' ? elsewhere.url('https://elsewhere.example') : text
  const context = await contextOf(await newKeys(), null, relayOf({}))
  expect(await pair(context, { ...who, link, onCode: () => {} })).toMatchObject({ code })
})

test('an offer that is gone is said', async () => {
  const offer = await newOffer(crypto, await newKeys(), { relay: origin, team: null, now: Date.now() })
  const context = await contextOf(
    await newKeys(),
    null,
    relayOf({ 'rendezvous.read': () => refused('rendezvous_not_found') }),
  )
  expect(await pair(context, { ...who, link: offer.url(origin), onCode: () => {} })).toMatchObject({
    code: 'rendezvous_not_found',
  })
})
