import { beforeAll, expect, test } from 'vitest'
import { readPasskey } from '#client/add-passkey.ts'
import { verifyPasskey } from '#host-agent/approvals/verify-passkey.ts'
import type { Approval, Gesture } from '#protocol/statements/approval.ts'
import { typ } from '#protocol/statements/typ.ts'
import { type AssertOptions, createAuthenticator } from '#test/support/authenticator.ts'
import { type Asked, anOperation, ask, judged, must, NOW, newTeam, type World } from '#test/support/trust-world.ts'
import { checkDecision } from '#trust/check-decision.ts'
import { makeDecision, makeVerifiedDecision, type ToDecide } from '#trust/decision.ts'
import { gestureFor } from '#trust/gesture.ts'
import { signStatement } from '#trust/jws.ts'
import { appendEntry, makeAddPasskey } from '#trust/trust-log.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

// What each tier wants of a person, and what proves it. The passkey is judged by the library the host judges it with.
const origin = 'https://app.example.org'
const authenticator = createAuthenticator(origin)
let world: World

beforeAll(async () => {
  const born = await newTeam()
  const { kid } = born.owner.keys
  const entry = await makeAddPasskey(c, born.owner, born.team, { kid, passkey: authenticator.passkey, now: NOW })
  world = { ...born, team: must(await appendEntry(c, born.team, entry)) }
})

const inApp = { where: 'app', whole: true } as const
const toDecide = ({ approval, jws }: Asked, change: Partial<ToDecide>): ToDecide => ({
  id: `dec_${'0'.repeat(26)}`,
  approval,
  approvalJws: jws,
  answer: 'approve',
  shown: inApp,
  now: NOW + 1,
  trustHead: world.team.head,
  ...change,
})
const signed = (asked: Asked, change: Partial<ToDecide>) => makeDecision(c, world.owner, toDecide(asked, change))
const asserted = async (
  asked: Asked,
  options: AssertOptions = {},
  by = authenticator,
  change: Partial<ToDecide> = {},
) =>
  must(
    await makeVerifiedDecision(
      c,
      world.owner,
      toDecide(asked, { gesture: 'passkey', ...change }),
      async (challenge) => ({
        ok: true,
        value: by.assert(challenge, { origin, ...options }),
      }),
    ),
  )
async function codeOf(asked: Asked, decision: string, change: { code?: string } = {}) {
  const verify = (...proof: [never, string, never]) => verifyPasskey(origin, ...proof)
  const result = await checkDecision(c, judged(world, asked, decision, { verifyPasskey: verify as never, ...change }))
  return result.ok ? 'accepted' : result.code
}
const of = (operation: Parameters<typeof anOperation>[1], more: Partial<Approval> = {}) =>
  ask(world, { operation: anOperation(world.host, operation), ...more })

test('the operation’s own risk is a floor under what the host asks for', async () => {
  const needed = async (gesture: Gesture, operation: Parameters<typeof anOperation>[1]) =>
    gestureFor((await of(operation, { gesture })).approval)
  expect(await needed('tap', { tier: 1 })).toBe('tap')
  expect(await needed('tap', { tier: 2, uninspectable: ['curl … | sh'] })).toBe('read')
  expect(await needed('hold', { tier: 2, uninspectable: ['curl … | sh'] })).toBe('hold')
  expect(await needed('tap', { tier: 3 })).toBe('passkey')
  expect(await needed('hold', { tier: 3 })).toBe('passkey')
  expect(await needed('code', { tier: 3 })).toBe('code')
})

test.each<[Gesture, readonly Gesture[]]>([
  ['tap', ['tap', 'read', 'hold', 'passkey', 'code']],
  ['read', ['read', 'hold', 'passkey', 'code']],
  ['hold', ['hold', 'passkey', 'code']],
])('%s is done by %j and by nothing less', async (gesture, enough) => {
  const asked = await of({}, { gesture })
  for (const made of ['tap', 'read', 'hold', 'passkey', 'code'] as const) {
    const code = await codeOf(asked, await signed(asked, { gesture: made }))
    expect(code, made).toBe(enough.includes(made) ? 'accepted' : 'decision_gesture')
  }
})

test('what has to be read is not approved from a notification, nor in part; tier 2 not in part', async () => {
  const opaque = await of({ uninspectable: ['curl … | sh'] })
  for (const shown of [{ where: 'notification', whole: true } as const, { where: 'app', whole: false } as const])
    expect(await codeOf(opaque, await signed(opaque, { gesture: 'read', shown }))).toBe('decision_unread')
  expect(await codeOf(opaque, await signed(opaque, { gesture: 'read' }))).toBe('accepted')
  const part = { where: 'notification', whole: false } as const
  const two = await of({ tier: 2 })
  expect(await codeOf(two, await signed(two, { shown: part }))).toBe('decision_unread')
  const one = await of({ tier: 1 })
  expect(await codeOf(one, await signed(one, { shown: part }))).toBe('accepted')
})

test('a code is the one that the host shows for this approval', async () => {
  const asked = await of({ tier: 3 }, { gesture: 'code' })
  const by = (code?: string) => signed(asked, { gesture: 'code', ...(code ? { code } : {}) })
  expect(await codeOf(asked, await by('123456'), { code: '123456' })).toBe('accepted')
  expect(await codeOf(asked, await by('123457'), { code: '123456' })).toBe('decision_code')
  expect(await codeOf(asked, await by(), { code: '123456' })).toBe('decision_code')
  // The host shows none any more: nothing is right, also nothing said.
  expect(await codeOf(asked, await by())).toBe('decision_code')
  expect(await codeOf(asked, await asserted(asked), { code: '123456' })).toBe('decision_gesture')
})

test('tier 3 by the device’s passkey; its word alone, or a tap, is not enough', async () => {
  const asked = await of({ tier: 3 })
  expect(await codeOf(asked, await asserted(asked))).toBe('accepted')
  expect(await codeOf(asked, await signed(asked, { gesture: 'passkey' }))).toBe('decision_passkey')
  for (const gesture of ['tap', 'hold', 'code'] as const)
    expect(await codeOf(asked, await signed(asked, { gesture }))).toBe('decision_gesture')
  expect(await codeOf(asked, await signed(asked, { answer: 'deny' }))).toBe('accepted')
})

test.each<[string, AssertOptions]>([
  ['of another origin', { origin: 'https://evil.example', rpId: 'app.example.org' }],
  ['for another relying party', { rpId: 'evil.example' }],
  ['without user verification', { verified: false }],
  ['without user presence', { present: false }],
  ['made in a frame of another page', { crossOrigin: true }],
  ['of a registration', { type: 'webauthn.create' }],
])('an assertion %s is refused', async (_, options) => {
  const asked = await of({ tier: 3 })
  expect(await codeOf(asked, await asserted(asked, options))).toBe('decision_passkey')
})

test('an assertion by another credential, also under this one’s id, is refused', async () => {
  const asked = await of({ tier: 3 })
  const foreign = createAuthenticator(origin)
  expect(await codeOf(asked, await asserted(asked, {}, foreign))).toBe('decision_passkey')
  const posing = {
    ...foreign,
    assert: (...a: Parameters<typeof foreign.assert>) => ({ ...foreign.assert(...a), id: authenticator.passkey.id }),
  }
  expect(await codeOf(asked, await asserted(asked, {}, posing))).toBe('decision_passkey')
})

test('an assertion is for one decision: not for another approval, answer, scope or time', async () => {
  const asked = await of({ tier: 3 })
  const other = await of({ tier: 3 })
  const payloadOf = (jws: string) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString())
  const { passkey } = payloadOf(await asserted(other))
  const moved = async (change: object) =>
    signStatement(c, world.owner, typ.decision, { ...payloadOf(await asserted(asked)), ...change })
  expect(await codeOf(asked, await moved({ passkey }))).toBe('decision_passkey')
  expect(await codeOf(asked, await moved({ reason: 'another' }))).toBe('decision_passkey')
  expect(await codeOf(asked, await moved({ iat: NOW + 2 }))).toBe('decision_passkey')
  expect(await codeOf(asked, await moved({}))).toBe('accepted')
})

test('a device that states no credential in the trust log has none', async () => {
  const asked = await of({ tier: 3 })
  const { keys } = world.team
  const key = keys.get(world.owner.keys.kid)
  if (!key) throw new Error('no owner')
  const team = { ...world.team, keys: new Map(keys).set(world.owner.keys.kid, { ...key, passkey: null }) }
  const result = await checkDecision(
    c,
    judged({ ...world, team }, asked, await asserted(asked), { verifyPasskey: async () => true }),
  )
  expect(result).toMatchObject({ code: 'decision_passkey' })
})

test('a device’s passkey is stated once, by an owner, and is never replaced', async () => {
  const { kid } = world.owner.keys
  const { passkey } = createAuthenticator(origin)
  const again = await makeAddPasskey(c, world.owner, world.team, { kid, passkey, now: NOW })
  expect(await appendEntry(c, world.team, again)).toMatchObject({ code: 'trust_entry_refused' })
  const toHost = await makeAddPasskey(c, world.owner, world.team, { kid: world.host.keys.kid, passkey, now: NOW })
  expect(await appendEntry(c, world.team, toHost)).toMatchObject({ code: 'trust_entry_refused' })
})

test('a credential is read from what a browser gives, and only one of ES256', () => {
  const { passkey, spki } = createAuthenticator(origin)
  expect(readPasskey({ id: passkey.id, spki })).toEqual({ ok: true, value: passkey })
  expect(readPasskey({ id: passkey.id, spki: spki.slice(4) })).toMatchObject({ code: 'decision_passkey' })
})
