import { beforeEach, expect, test } from 'vitest'
import { systemClock } from '#link/clock.ts'
import { offerPairing, type PairingOffer } from '#link/offer-pairing.ts'
import { refused } from '#protocol/errors.ts'
import type { RendezvousSlot } from '#protocol/statements/pairing.ts'
import { must, newTeam, type World } from '#test/support/trust-world.ts'
import { generateKeys } from '#trust/keys.ts'
import { acceptOffer, checkLock, type PairingSession, readLink } from '#trust/pairing.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'
import { relayOf } from '../client/team-world.ts'

// The offerer's side: it locks to the first answer, a second one burns the offer, and so do three wrong codes.
type Message = { slot: RendezvousSlot; content: string }
let world: World
let messages: Message[]
let offer: Promise<Awaited<ReturnType<typeof offerPairing>>>
let link: Promise<string>
let card: string
let locked: number
let wrong: number[]
let welcomed: number
let type: (code: string) => void
let over: AbortController
let hearsAtLock: boolean

beforeEach(async () => {
  world = await newTeam()
  messages = []
  locked = 0
  wrong = []
  welcomed = 0
  over = new AbortController()
  const typed: string[] = []
  let waiting: ((code: string) => void) | null = null
  type = (code) => {
    if (waiting) waiting(code)
    else typed.push(code)
    waiting = null
  }
  const relay = relayOf({
    'rendezvous.offer': ({ body }) => {
      card = body.card
      return {}
    },
    'rendezvous.read': () => ({ card, expiresAt: 0, messages }),
    'rendezvous.answer': ({ body }) => {
      if (body.slot === 'lock') hearsAtLock = waiting !== null
      messages.push(body)
      return {}
    },
  })
  const { promise, resolve } = Promise.withResolvers<string>()
  link = promise
  const ports: PairingOffer = {
    crypto: c,
    keys: world.host,
    clock: systemClock,
    relay,
    team: null,
    intent: 'pair',
    appOrigin: relay.origin,
    signal: over.signal,
    onLink: (made) => resolve(made.link),
    onLocked() {
      locked += 1
    },
    onWrongCode: (left) => void wrong.push(left),
    nextCode: async () =>
      typed.shift() ??
      new Promise<string>((take) => {
        waiting = take
      }),
    async welcome() {
      welcomed += 1
      return refused('role_refused')
    },
  }
  offer = offerPairing(ports)
})

async function answer(text: string): Promise<PairingSession> {
  const device = await generateKeys(c, { extractable: false })
  const read = must(readLink(text))
  const as = { label: 'Phone', person: 'Ada', team: null, now: Date.now() }
  const { session, sealed } = must(await acceptOffer(c, device, { link: read, card, ...as }))
  messages.push({ slot: 'accept', content: sealed })
  return session
}
const lock = async (): Promise<string> => {
  await expect.poll(() => messages.find(({ slot }) => slot === 'lock')?.content).toBeDefined()
  return messages.find(({ slot }) => slot === 'lock')?.content ?? ''
}
const burnt = () => messages.find(({ slot }) => slot === 'burnt')?.content
const codeOf = async (session: PairingSession) => must(await checkLock(c, session, await lock())).code

test('the right code lets in whoever was locked to, after two wrong ones as well', async () => {
  const code = await codeOf(await answer(await link))
  expect([locked, welcomed]).toEqual([1, 0])
  for (const digits of ['wrong', 'again', code]) type(digits)
  expect(await offer).toMatchObject({ code: 'role_refused' })
  expect([wrong, welcomed, burnt()]).toEqual([[2, 1], 1, 'role_refused'])
})

test('a code that is typed as soon as the other shows it is heard', async () => {
  await codeOf(await answer(await link))
  expect(hearsAtLock).toBe(true)
  over.abort()
})

test('three wrong codes burn the offer: nobody is let in, and the right code comes too late', async () => {
  const code = await codeOf(await answer(await link))
  for (const digits of ['one', 'two', 'three', code]) type(digits)
  expect(await offer).toMatchObject({ code: 'pairing_code_exhausted' })
  expect([welcomed, burnt()]).toEqual([0, 'pairing_code_exhausted'])
})

test('two answers before the lock burn the offer: it locks to neither', async () => {
  const text = await link
  const [first] = await Promise.all([answer(text), answer(text)])
  expect(first).toBeDefined()
  expect(await offer).toMatchObject({ code: 'rendezvous_taken' })
  expect([locked, welcomed, burnt()]).toEqual([0, 0, 'rendezvous_taken'])
})

test('a second answer while a person types burns the offer', async () => {
  const text = await link
  await codeOf(await answer(text))
  await answer(text)
  expect(await offer).toMatchObject({ code: 'rendezvous_taken' })
  expect([locked, welcomed, burnt()]).toEqual([1, 0, 'rendezvous_taken'])
})

test('an answer that did not see the link burns the offer', async () => {
  await link
  messages.push({ slot: 'accept', content: JSON.stringify({ enc: 'AAAA', ct: 'AAAA' }) })
  expect(await offer).toMatchObject({ code: 'pairing_accept_invalid' })
  expect([locked, burnt()]).toEqual([0, 'pairing_accept_invalid'])
})

test('taken back, it is over', async () => {
  const code = await codeOf(await answer(await link))
  over.abort()
  expect(await offer).toMatchObject({ code: 'rendezvous_expired' })
  type(code)
  expect(welcomed).toBe(0)
})
