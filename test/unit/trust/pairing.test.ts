import { expect, test } from 'vitest'
import { newId } from '#protocol/ids.ts'
import { typ } from '#protocol/statements/typ.ts'
import { signStatement } from '#trust/jws.ts'
import { generateKeys } from '#trust/keys.ts'
import {
  acceptOffer,
  checkLock,
  makeJoined,
  makeLock,
  newOffer,
  openAccept,
  openConfirm,
  openJoined,
  readLink,
  sealConfirm,
} from '#trust/pairing.ts'
import { makeGenesis, readLog } from '#trust/trust-log.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

const now = 1_780_000_000_000
const origin = 'https://relay.example'

async function offered() {
  const host = await generateKeys(c, { extractable: true })
  const device = await generateKeys(c, { extractable: false })
  const offer = await newOffer(c, host, { relay: origin, team: null, now })
  const link = readLink(offer.url(origin))
  if (!link.ok) throw new Error(link.code)
  return { host, device, offer, link: link.value }
}

const asDevice = { label: 'Phone', person: 'Ada', team: null, now }

test('a device and a host pair: the same code on both sides, and a team that both have verified', async () => {
  const { host, device, offer, link } = await offered()
  expect(link).toEqual(offer.link)
  const accepted = await acceptOffer(c, device, { link, card: offer.card, ...asDevice })
  if (!accepted.ok) throw new Error(accepted.code)
  const opened = await openAccept(c, offer, accepted.value.sealed)
  if (!opened.ok) throw new Error(opened.code)
  expect(opened.value.accept).toMatchObject({ label: 'Phone', keys: device.keys })
  const lock = await makeLock(c, opened.value.session)
  const shown = await checkLock(c, accepted.value.session, lock.text)
  expect(shown).toEqual({ ok: true, value: { code: lock.code } })
  expect(lock.code).toMatch(/^\d{6}$/)

  const text = await sealConfirm(c, host, opened.value.session, {
    name: 'desk',
    how: 'found',
    claim: 'clm',
    policyHash: 'A'.repeat(43),
    iat: now,
  })
  const confirm = await openConfirm(c, accepted.value.session, device, text)
  expect(confirm).toMatchObject({ ok: true, value: { how: 'found', name: 'desk', host: `hst_${host.keys.kid}` } })

  const genesis = await makeGenesis(c, device, { person: newId('per', now), now })
  const born = await readLog(c, [genesis])
  if (!born.ok) throw new Error(born.code)
  const { teamId: team, head } = born.value
  const last = await makeJoined(c, accepted.value.session, device, { team, head, now })
  expect(await openJoined(c, host, opened.value.session, last)).toMatchObject({ ok: true, value: { team, head } })
})

test('who did not see the QR code can’t answer: the wrong PSK does not open', async () => {
  const { device, offer, link } = await offered()
  const guess = { ...link, psk: 'A'.repeat(43) }
  const accepted = await acceptOffer(c, device, { link: guess, card: offer.card, ...asDevice })
  if (!accepted.ok) throw new Error(accepted.code)
  expect(await openAccept(c, offer, accepted.value.sealed)).toMatchObject({ code: 'pairing_accept_invalid' })
})

test('a card that is not the one of the QR code is refused before anything is answered', async () => {
  const { device, link } = await offered()
  const other = await offered()
  expect(await acceptOffer(c, device, { link, card: other.offer.card, ...asDevice })).toMatchObject({
    code: 'pairing_card_mismatch',
  })
})

test('the relay can’t put its own card into the rendezvous', async () => {
  const { device, offer, link } = await offered()
  const relay = await generateKeys(c, { extractable: true })
  const own = { v: 1, rendezvous: offer.link.rendezvous, keys: relay.keys, team: null, iat: now }
  const card = await signStatement(c, relay, typ.card, own)
  expect(await acceptOffer(c, device, { link, card, ...asDevice })).toMatchObject({ code: 'pairing_card_mismatch' })
})

test('the code follows from what the host chose after it had the answer', async () => {
  const { device, offer, link } = await offered()
  const accepted = await acceptOffer(c, device, { link, card: offer.card, ...asDevice })
  if (!accepted.ok) throw new Error(accepted.code)
  const opened = await openAccept(c, offer, accepted.value.sealed)
  if (!opened.ok) throw new Error(opened.code)
  const { session } = opened.value
  const locks = await Promise.all([1, 2, 3, 4].map(() => makeLock(c, session)))
  expect(new Set(locks.map(({ code }) => code)).size).toBeGreaterThan(1)
})

test('a lock for another answer, or with another nonce, shows no code', async () => {
  const { device, offer, link } = await offered()
  const first = await acceptOffer(c, device, { link, card: offer.card, ...asDevice })
  const second = await acceptOffer(c, device, { link, card: offer.card, ...asDevice })
  if (!first.ok || !second.ok) throw new Error('accept')
  const opened = await openAccept(c, offer, first.value.sealed)
  if (!opened.ok) throw new Error(opened.code)
  const lock = await makeLock(c, opened.value.session)
  expect(await checkLock(c, second.value.session, lock.text)).toMatchObject({ code: 'rendezvous_taken' })
  const changed = JSON.stringify({ ...JSON.parse(lock.text), nonce: 'B'.repeat(43) })
  expect(await checkLock(c, first.value.session, changed)).toMatchObject({ code: 'pairing_accept_invalid' })
})
