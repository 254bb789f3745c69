import { expect, test } from 'vitest'
import { pair } from '#client/pair.ts'
import { refused } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import type { PairConfirm, RendezvousSlot } from '#protocol/statements/pairing.ts'
import type { KeyPair } from '#trust/keys.ts'
import { makeLock, newOffer, openAccept, openJoined, sealConfirm } from '#trust/pairing.ts'
import { appendEntry, makeAddDevice, readLog, type TeamState } from '#trust/trust-log.ts'
import type { Handlers } from './team-world.ts'
import { contextOf, crypto, foundTeam, must, newKeys, origin, relayOf } from './team-world.ts'

type Admitted = Awaited<ReturnType<typeof admitted>>
type Confirm = Pick<PairConfirm, 'how'> & Partial<Pick<PairConfirm, 'claim' | 'team' | 'head'>>

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
  let log: string[] = []
  const rendezvous = await offered(host, () => ({ how: 'found', claim: 'the-claim' }), {
    'team.found': ({ body }) => {
      claim = body.claim
      log = body.entries
      return { teamId: 'checked by the device itself' }
    },
  })
  const context = await contextOf(device, null, rendezvous.relay)
  const paired = must(
    await pair(context, { ...who, link: rendezvous.link, onCode: (code) => void rendezvous.type(code) }),
  )
  expect(claim).toBe('the-claim')
  expect(paired.name).toBe('laptop')
  const joined = must(await rendezvous.joined())
  const state = must(await readLog(crypto, log))
  expect(joined).toMatchObject({ team: paired.team.teamId, head: state.head, log: [] })
  expect(state.teamId).toBe(paired.team.teamId)
  expect(state.keys.get(device.keys.kid)?.rights).toMatchObject({ role: 'owner' })
  expect(state.keys.get(host.keys.kid)).toMatchObject({ kind: 'host' })
  expect(context.team.state()?.teamId).toBe(paired.team.teamId)
})

test('an owner brings a further host into the team', async () => {
  const { device, team } = await foundTeam()
  const host = await newKeys()
  const entries = [...team.entries]
  const rendezvous = await offered(host, () => ({ how: 'bring' }), {
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

async function admitted() {
  const { device: owner, host, team } = await foundTeam()
  const mine = await newKeys()
  const rights = { person: newId('per', 0), role: 'approver', hosts: '*', maxTier: 2 } as const
  const entry = await makeAddDevice(crypto, owner, team, { device: mine.keys, rights, now: Date.now() })
  const other = await makeAddDevice(crypto, owner, team, {
    device: mine.keys,
    rights: { ...rights, maxTier: 3 },
    now: 0,
  })
  const [whole, fork] = [await appendEntry(crypto, team, entry), await appendEntry(crypto, team, other)]
  return { mine, host, before: team, team: must(whole), fork: must(fork) }
}

/** A newcomer is told where the log stands; the relay shows these entries of it, two at a time. */
async function takesOver(host: KeyPair, mine: KeyPair, named: TeamState, shown: readonly string[]) {
  const rendezvous = await offered(host, () => ({ how: 'added', team: named.teamId, head: named.head }), {
    'trust.read': ({ query, team }) => {
      const from = Number(query?.from)
      return team === named.teamId
        ? { from, entries: shown.slice(from, from + 2), more: shown.length > from + 2 }
        : refused('key_unknown')
    },
  })
  const context = await contextOf(mine, null, rendezvous.relay)
  const paired = await pair(context, { ...who, link: rendezvous.link, onCode: (code) => void rendezvous.type(code) })
  return { paired, context }
}

test('a newcomer reads the log at the relay, up to the head that the host has named', async () => {
  const { mine, host, team } = await admitted()
  const { paired } = await takesOver(host, mine, team, team.entries)
  expect(must(paired).team.head).toEqual(team.head)
})

test.each([
  ['does not hold this device', 'trust_entry_refused', ({ before }) => [before, before.entries]],
  ['ends before that head', 'trust_log_behind', ({ before, team }) => [team, before.entries]],
  ['has another entry there', 'trust_log_forked', ({ team, fork }) => [team, fork.entries]],
  ['is another team’s', 'trust_log_forked', ({ team }, other) => [team, other.team.entries]],
] satisfies [string, string, (mine: Admitted, other: Admitted) => [TeamState, readonly string[]]][])(
  'a newcomer refuses a log that %s',
  async (_, code, show) => {
    const own = await admitted()
    const { paired, context } = await takesOver(own.host, own.mine, ...show(own, await admitted()))
    expect(paired).toMatchObject({ ok: false, code })
    expect(context.team.state()).toBeNull()
  },
)

test('a host can’t make a device that has a team found another', async () => {
  const { device, team } = await foundTeam()
  const rendezvous = await offered(await newKeys(), () => ({ how: 'found', claim: 'x' }))
  const context = await contextOf(device, team, rendezvous.relay)
  const paired = await pair(context, { ...who, link: rendezvous.link, onCode: (code) => void rendezvous.type(code) })
  expect(paired).toMatchObject({ code: 'pairing_accept_invalid' })
})

test('another card than the one in the link is an alarm, and nothing is sent', async () => {
  const stranger = await newOffer(crypto, await newKeys(), { relay: origin, team: null, now: Date.now() })
  const rendezvous = await offered(await newKeys(), () => ({ how: 'found' }), {
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
  const rendezvous = await offered(await newKeys(), () => ({ how: 'found' }), {
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

test('no code is shown before the host has locked to this device, nor for a lock that is not the host’s', async () => {
  for (const lock of [null, 'forged']) {
    const messages: { slot: RendezvousSlot; content: string }[] = []
    const host = await offered(await newKeys(), () => ({ how: 'found' }), {
      'rendezvous.answer': ({ body }) => {
        messages.push(
          body,
          lock === null ? { slot: 'burnt', content: 'rendezvous_taken' } : { slot: 'lock', content: lock },
        )
        return {}
      },
      'rendezvous.read': () => ({ card: host.offer.card, expiresAt: host.offer.link.expiresAt, messages }),
    })
    const codes: string[] = []
    const context = await contextOf(await newKeys(), null, host.relay)
    const paired = await pair(context, { link: host.link, ...who, onCode: (code) => void codes.push(code) })
    expect([paired.ok, codes]).toEqual([false, []])
  }
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
