import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { checkPush } from '#client/check-push.ts'
import { openPushText } from '#client/open-push.ts'
import { memoryStore } from '#client/store.ts'
import type { PushParts } from '#protocol/envelope.ts'
import { isErrorCode } from '#protocol/errors.ts'
import { hostIdOf, newId } from '#protocol/ids.ts'
import type { Typ } from '#protocol/statements/typ.ts'
import { typ } from '#protocol/statements/typ.ts'
import { handClock } from '#test/support/hand-clock.ts'
import { sealTo } from '#trust/envelope.ts'
import { signStatement } from '#trust/jws.ts'
import type { KeyPair } from '#trust/keys.ts'
import { pushText, sealPush } from '#trust/push.ts'
import { ask, contextOf, crypto, foundTeam, must, newKeys, receiptOf, relayOf } from './team-world.ts'

async function pushOf(statement: string, to: KeyPair): Promise<string> {
  const parts = await sealPush(crypto, { id: 'p', to: [to.keys], statement, ttl: 60, urgency: 'high' })
  return (parts && pushText(parts, to.keys.kid)) ?? ''
}

test('a verified approval may be approved on the notification; then its receipt replaces it', async () => {
  const { device, host, team } = await foundTeam()
  const context = await contextOf(device, team, relayOf({}))
  const request = await ask(host, team)
  const view = must(await openPushText(context, await pushOf(request.jws, device)))
  expect(view).toMatchObject({ kind: 'approval', approve: { ok: true }, card: { id: request.id, state: 'open' } })
  const jws = await receiptOf(host, team, request, 'denied')
  expect(must(await openPushText(context, await pushOf(jws, device)))).toMatchObject({
    kind: 'receipt',
    card: { state: 'settled', receipt: { outcome: 'denied' } },
  })
})

test('a push of an approval whose time has mostly gone reminds of it: how long is left is reckoned here, by the relay’s clock', async () => {
  const { device, host, team } = await foundTeam()
  const minute = 60_000
  const at = async (goneMs: number, expiresInMs: number) => {
    const relay = { ...relayOf({}), now: () => Date.now() + goneMs }
    const context = await contextOf(device, team, relay)
    const request = await ask(host, team, { expiresInMs })
    const view = must(await openPushText(context, await pushOf(request.jws, device)))
    return view.kind === 'approval' && view.leftMs !== undefined ? Math.round(view.leftMs / minute) : null
  }
  expect(await at(0, 60 * minute)).toBeNull()
  expect(await at(47 * minute, 60 * minute)).toBeNull()
  expect(await at(49 * minute, 60 * minute)).toBe(11)
  expect(await at(14 * minute, 15 * minute)).toBeNull()
  expect(await at(61 * minute, 60 * minute)).toBeNull()
})

test('what may not be approved with a tap is shown without Approve', async () => {
  const { device, host, team } = await foundTeam()
  const context = await contextOf(device, team, relayOf({}))
  const request = await ask(host, team, { operation: { tier: 3 } })
  expect(must(await openPushText(context, await pushOf(request.jws, device)))).toMatchObject({
    kind: 'approval',
    approve: { code: 'decision_gesture' },
  })
})

test('a receipt for an approval that this device never saw is fetched', async () => {
  const { device, host, team } = await foundTeam()
  const request = await ask(host, team)
  const jws = await receiptOf(host, team, request, 'released')
  const receipt = await sealTo(crypto, {
    id: request.id,
    kind: 'receipt',
    from: host,
    to: [device.keys],
    statement: jws,
  })
  const relay = relayOf({ 'approval.read': () => ({ ...request.view, state: 'settled', receipt }) })
  const context = await contextOf(device, team, relay)
  expect(must(await openPushText(context, await pushOf(jws, device)))).toMatchObject({
    kind: 'receipt',
    card: { id: request.id },
  })
})

test('a check is from this device to itself, in this team, and nobody else can make one', async () => {
  const { device, host, team } = await foundTeam()
  const pushed: PushParts[] = []
  const relay = relayOf({
    'subscription.check': ({ body }) => {
      pushed.push((body as { push: PushParts }).push)
      return {}
    },
  })
  const context = await contextOf(device, team, relay)
  const id = must(await checkPush(context))
  const [push] = pushed
  expect(Object.keys(push?.wraps ?? {})).toEqual([device.keys.kid])
  const text = (push && pushText(push, device.keys.kid)) ?? ''
  expect(must(await openPushText(context, text))).toEqual({ kind: 'check', id })

  const check = { v: 1, aud: team.teamId, id, iat: Date.now() }
  const elsewhere = { ...check, aud: `tm_${'A'.repeat(43)}` }
  for (const jws of [
    await signStatement(crypto, host, typ.pushCheck, check),
    await signStatement(crypto, device, typ.pushCheck, elsewhere),
    await signStatement(crypto, device, typ.notice, check),
  ])
    expect(await openPushText(context, await pushOf(jws, device))).toMatchObject({ ok: false })
})

test('that a task has ended is its host’s word, in this team and in its own name', async () => {
  const { device, host, team } = await foundTeam()
  const context = await contextOf(device, team, relayOf({}))
  const own = { aud: team.teamId, host: hostIdOf(host.keys.kid) }
  const said = { v: 1, ...own, task: newId('tsk', 1), state: 'completed', title: 'Mend', project: 'demo', iat: 1 }
  const sign = (keys: KeyPair, statement: object, as: Typ = typ.ended) => signStatement(crypto, keys, as, statement)
  expect(must(await openPushText(context, await pushOf(await sign(host, said), device)))).toEqual({
    kind: 'ended',
    ended: said,
  })
  for (const jws of [
    await sign(device, said),
    await sign(await newKeys(), said),
    await sign({ ...(await newKeys()), keys: host.keys }, said),
    await sign(host, { ...said, aud: `tm_${'A'.repeat(43)}` }),
    await sign(host, { ...said, host: `hst_${'A'.repeat(43)}` }),
    await sign(host, { ...said, state: 'working' }),
    await sign(host, { ...said, more: 1 }),
    await sign(host, said, typ.notice),
  ])
    expect(await openPushText(context, await pushOf(jws, device))).toMatchObject({ ok: false })
})

test('a notice of what did not fit fetches it, and without a network says only that something waits', async () => {
  const { device, host, team } = await foundTeam()
  const request = await ask(host, team)
  const notice = {
    v: 1,
    aud: team.teamId,
    host: hostIdOf(host.keys.kid),
    approval: request.id,
    kind: 'too-large',
    iat: Date.now(),
  }
  const text = await pushOf(await signStatement(crypto, host, typ.notice, notice), device)
  const online = await contextOf(device, team, relayOf({ 'approval.read': () => request.view }))
  expect(must(await openPushText(online, text))).toMatchObject({ kind: 'approval', card: { id: request.id } })
  const offline = await contextOf(device, team, relayOf({}))
  expect(must(await openPushText(offline, text))).toMatchObject({
    kind: 'notice',
    approvalId: request.id,
    code: 'relay_unreachable',
  })
})

test('a relay that takes the question and never answers keeps no push from being shown', async () => {
  const { device, host, team } = await foundTeam()
  const request = await ask(host, team)
  const iat = Date.now()
  const notice = { v: 1, aud: team.teamId, host: hostIdOf(host.keys.kid), approval: request.id, kind: 'too-large', iat }
  const clock = handClock(iat)
  const relay = relayOf({ 'approval.read': () => new Promise(() => {}) })
  const context = { ...(await contextOf(device, team, relay)), clock }
  const shown = async (jws: string) => {
    const asked = relay.calls.length
    const opening = openPushText(context, await pushOf(jws, device))
    await vi.waitUntil(() => relay.calls.length > asked)
    clock.advance(10_000)
    return opening
  }
  expect(must(await shown(await signStatement(crypto, host, typ.notice, notice)))).toMatchObject({
    kind: 'notice',
    approvalId: request.id,
    code: 'relay_unreachable',
  })
  expect(await shown(await receiptOf(host, team, request, 'denied'))).toMatchObject({ code: 'relay_unreachable' })
})

test('nothing that does not verify is shown', async () => {
  const { device, host, team } = await foundTeam()
  const context = await contextOf(device, team, relayOf({}))
  const request = await ask(host, team)
  const stranger = await newKeys()
  const forged = await ask(stranger, team)
  const posed = await ask({ ...stranger, keys: host.keys }, team)
  const newer = await ask(host, team, { head: { n: team.head.n + 1, hash: 'B'.repeat(43) } })
  const texts: [string, string][] = [
    [await pushOf(forged.jws, device), 'key_unknown'],
    [await pushOf(posed.jws, device), 'statement_invalid'],
    [await pushOf(newer.jws, device), 'relay_unreachable'],
    [await pushOf(request.jws, stranger), 'envelope_unreadable'],
    [await pushOf('no statement', device), 'statement_invalid'],
    ['', 'envelope_invalid'],
    ['{"web_push":8030}', 'envelope_invalid'],
  ]
  for (const [text, code] of texts) expect(await openPushText(context, text)).toMatchObject({ ok: false, code })
  expect(await openPushText(await contextOf(device, null, relayOf({})), texts[0]?.[0] ?? '')).toMatchObject({
    code: 'not_paired',
  })
})

test('whatever comes as a push, it is a listed code and nothing is kept', async () => {
  const { device, team } = await foundTeam()
  const store = memoryStore()
  const context = await contextOf(device, team, relayOf({}), store)
  const before = (await store.list('')).length
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string(), fc.base64String(), fc.json(), fc.string({ maxLength: 5_000 })),
      async (text) => {
        const opened = await openPushText(context, text)
        expect(!opened.ok && isErrorCode(opened.code)).toBe(true)
      },
    ),
    { numRuns: 500 },
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (statement) => {
      const opened = await openPushText(context, await pushOf(statement.slice(0, 2_000), device))
      expect(!opened.ok && isErrorCode(opened.code)).toBe(true)
    }),
    { numRuns: 200 },
  )
  expect(await store.list('')).toHaveLength(before)
})
