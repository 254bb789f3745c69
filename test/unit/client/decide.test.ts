import { expect, test, vi } from 'vitest'
import { readRecord } from '#client/approval-record.ts'
import { awaitReceipt } from '#client/await-receipt.ts'
import { decide } from '#client/decide.ts'
import type { OutboxItem } from '#client/outbox.ts'
import { dropKeptDecision, flushOutbox } from '#client/outbox.ts'
import { openApprovalView } from '#client/read-approval.ts'
import { memoryStore } from '#client/store.ts'
import { verifyReceipt } from '#client/verify-receipt.ts'
import type { Envelope } from '#protocol/envelope.ts'
import { refused } from '#protocol/errors.ts'
import { Decision } from '#protocol/statements/decision.ts'
import { typ } from '#protocol/statements/typ.ts'
import { createAuthenticator } from '#test/support/authenticator.ts'
import { handClock } from '#test/support/hand-clock.ts'
import { requestHash } from '#trust/approval.ts'
import { openEnvelope, sealTo } from '#trust/envelope.ts'
import { verifyStatement } from '#trust/jws.ts'
import type { KeyPair } from '#trust/keys.ts'
import { appendEntry } from '#trust/trust-log.ts'
import type { Handlers } from './team-world.ts'
import { ask, contextOf, crypto, foundTeam, must, newKeys, receiptOf, relayOf } from './team-world.ts'

const shown = { where: 'terminal', whole: true } as const

async function asked(input: Parameters<typeof ask>[2] = {}, handlers: Handlers = {}) {
  const { device, host, team } = await foundTeam()
  const request = await ask(host, team, input)
  const relay = relayOf({ 'approval.read': () => request.view, ...handlers })
  const store = memoryStore()
  return { device, host, team, request, relay, store, context: await contextOf(device, team, relay, store) }
}

async function opened(host: KeyPair, device: KeyPair, sealed: Envelope): Promise<Decision> {
  const jws = must(await openEnvelope(crypto, host, sealed))
  return must(
    await verifyStatement(crypto, {
      jws,
      typ: typ.decision,
      schema: Decision,
      key: device.keys.sign,
      kid: device.keys.kid,
    }),
  )
}

test('a decision binds the very request, and only the team can read it', async () => {
  let posted: Envelope | undefined
  const { device, host, team, request, context } = await asked(
    {},
    {
      'approval.decide': ({ body }) => {
        posted = body.sealed
        return {}
      },
    },
  )
  const own = must(await decide(context, { approvalId: request.id, answer: 'approve', shown, reason: 'fine' }))
  expect(own).toMatchObject({ answer: 'approve', state: 'sent' })
  const decision = await opened(host, device, posted as Envelope)
  expect(decision).toMatchObject({
    id: own.id,
    aud: request.approval.host,
    team: team.teamId,
    approval: request.id,
    device: device.keys.kid,
    digest: request.approval.digest,
    request: await requestHash(crypto, request.jws),
    nonce: request.approval.nonce,
    answer: 'approve',
    scope: 'once',
    shown,
    reason: 'fine',
    trustHead: team.head,
  })
  expect((await openEnvelope(crypto, await newKeys(), posted)).ok).toBe(false)
})

test('without a relay the decision is kept, survives the program, and is sent with the same bytes', async () => {
  const bodies: unknown[] = []
  let isUp = false
  const handlers: Handlers = {
    'approval.decide': ({ body }) => {
      if (!isUp) return refused('relay_unreachable')
      bodies.push(body)
      return {}
    },
  }
  const { device, request, relay, store, context } = await asked({}, handlers)
  must(await openApprovalView(context, request.view))
  expect(must(await decide(context, { approvalId: request.id, answer: 'approve', shown }))).toMatchObject({
    state: 'kept',
  })
  const [item] = await store.list<OutboxItem>('outbox/')
  const later = await contextOf(device, null, relay, store)
  expect(await flushOutbox(later)).toHaveLength(1)
  isUp = true
  // What is damaged holds up nothing.
  await store.put('outbox/0', null)
  await store.put('outbox/1', { approvalId: 'x' })
  expect(await flushOutbox(later)).toEqual([])
  for (const key of ['outbox/0', 'outbox/1']) await store.delete(key)
  expect(bodies).toEqual([{ id: item?.value.decision.id, sealed: item?.value.sealed }])
  expect(await store.list('outbox/')).toEqual([])
  expect(must(await awaitReceipt(later, null, { approvalId: request.id, withinMs: 0 })).decision).toMatchObject({
    state: 'sent',
  })
})

test('a relay that takes it and does not answer is waited for no longer than the device’s patience; it stays under way, and what came of it is noted', async () => {
  let answer = () => {}
  const posted: unknown[] = []
  const { request, context, store } = await asked(
    {},
    {
      'approval.decide': ({ body }) => {
        posted.push(body)
        return new Promise((resolve) => {
          answer = () => resolve({})
        })
      },
    },
  )
  must(await openApprovalView(context, request.view))
  const clock = handClock(Date.now())
  const tried = vi.fn()
  const deciding = decide(
    { ...context, clock, patience: { ms: 2_000, tried } },
    { approvalId: request.id, answer: 'approve', shown },
  )
  await vi.waitUntil(() => posted.length === 1)
  clock.advance(2_000)
  expect(must(await deciding)).toMatchObject({ state: 'kept' })
  expect(await store.list('outbox/')).toHaveLength(1)
  expect(tried).not.toHaveBeenCalled()
  answer()
  await vi.waitUntil(() => tried.mock.calls.length === 1)
  expect(await store.list('outbox/')).toEqual([])
  expect(must(await decide(context, { approvalId: request.id, answer: 'deny', shown }))).toMatchObject({
    answer: 'approve',
    state: 'sent',
  })
  expect(posted).toHaveLength(1)
})

test.each([
  [-1, 'behind'],
  [1, 'ahead'],
])(
  'a no of a device whose clock is %i day off (%s) is kept for as long as the host would take it, also when the clock is set meanwhile',
  async (days) => {
    const { request, context, relay, store } = await asked()
    const off = days * 86_400_000
    const clock = { ...context.clock, now: () => Date.now() + off }
    // A clock ahead is set after the tap, one behind before it.
    const tapping = { ...context, clock: days < 0 ? clock : context.clock }
    expect(must(await decide(tapping, { approvalId: request.id, answer: 'deny', shown }))).toMatchObject({
      state: 'kept',
    })
    const later = { ...context, relay, clock: days < 0 ? context.clock : clock }
    expect(await flushOutbox(later, { tries: 1 })).toHaveLength(1)
    expect(await store.list<OutboxItem>('outbox/')).toMatchObject([{ value: { until: request.approval.releaseBy } }])
  },
)

test('the first tap wins', async () => {
  const { request, relay, context } = await asked({}, { 'approval.decide': () => ({}) })
  const first = must(await decide(context, { approvalId: request.id, answer: 'deny', shown }))
  expect(must(await decide(context, { approvalId: request.id, answer: 'approve', shown }))).toEqual(first)
  expect(relay.calls.filter(({ route }) => route === 'approval.decide')).toHaveLength(1)
})

test.each([
  ['tier 3', { operation: { tier: 3 as const } }, 'decision_gesture'],
  ['what can’t be inspected', { operation: { uninspectable: ['curl … | sh'] } }, 'decision_gesture'],
  ['what has expired', { expiresInMs: -1 }, 'approval_expired'],
])('%s is not approved', async (_, input, code) => {
  const { request, relay, store, context } = await asked(input, { 'approval.decide': () => ({}) })
  expect(await decide(context, { approvalId: request.id, answer: 'approve', shown })).toMatchObject({ code })
  expect(relay.calls.some(({ route }) => route === 'approval.decide')).toBe(false)
  expect(await store.list('outbox/')).toEqual([])
})

test('tier 3 can be denied', async () => {
  const { request, context } = await asked({ operation: { tier: 3 } }, { 'approval.decide': () => ({}) })
  expect(await decide(context, { approvalId: request.id, answer: 'deny', shown })).toMatchObject({ ok: true })
})

test('a scope that was not offered is refused', async () => {
  const { request, context } = await asked()
  expect(await decide(context, { approvalId: request.id, answer: 'approve', scope: 'session', shown })).toMatchObject({
    code: 'decision_scope_refused',
  })
})

test('an approval that names a newer trust log than can be read is not approved', async () => {
  const { team } = await foundTeam()
  const { request, context } = await asked({ head: { n: team.head.n + 1, hash: 'B'.repeat(43) } })
  expect(await decide(context, { approvalId: request.id, answer: 'approve', shown })).toMatchObject({
    code: 'relay_unreachable',
  })
})

test('a question of a host that is not in the team is not shown', async () => {
  const { device, team } = await foundTeam()
  const stranger = await newKeys()
  const request = await ask(stranger, team)
  const context = await contextOf(device, team, relayOf({ 'approval.read': () => request.view }))
  expect(await decide(context, { approvalId: request.id, answer: 'approve', shown })).toMatchObject({
    code: 'key_unknown',
  })
})

test('a row that shows another approval’s content is refused', async () => {
  const { host, team, request, context } = await asked()
  const other = await ask(host, team)
  expect(await openApprovalView(context, { ...request.view, sealed: other.view.sealed })).toMatchObject({
    code: 'statement_invalid',
  })
})

test('a decision that the relay will never take is refused, and another may follow', async () => {
  const { request, store, context } = await asked({}, { 'approval.decide': () => refused('approval_already_settled') })
  expect(must(await decide(context, { approvalId: request.id, answer: 'approve', shown }))).toMatchObject({
    state: 'refused',
    code: 'approval_already_settled',
  })
  expect(await store.list('outbox/')).toEqual([])
})

test('an approval that the relay has forgotten waits for nobody any more', async () => {
  const { request, store, context } = await asked({}, { 'approval.decide': () => refused('approval_not_found') })
  expect(must(await decide(context, { approvalId: request.id, answer: 'approve', shown }))).toMatchObject({
    state: 'refused',
    code: 'approval_not_found',
  })
  expect(await readRecord(store, request.id)).toMatchObject({ gone: true })
})

test('an owner who admits a device signs the entry, on the head that was shown', async () => {
  let posted: Envelope | undefined
  const newcomer = await newKeys()
  const { passkey } = createAuthenticator()
  const rights = { person: 'per_01HZZZZZZZZZZZZZZZZZZZZZZZ', role: 'approver', hosts: '*', maxTier: 2 } as const
  const { device, host, team, request, context } = await asked(
    {
      operation: {
        kind: 'add-device',
        command: null,
        argv: null,
        newcomer: { device: newcomer.keys, label: 'phone', rights, passkey },
      },
    },
    {
      'approval.decide': ({ body }) => {
        posted = body.sealed
        return {}
      },
    },
  )
  must(await decide(context, { approvalId: request.id, answer: 'approve', shown }))
  const { entry } = await opened(host, device, posted as Envelope)
  const after = must(await appendEntry(crypto, team, entry ?? ''))
  expect(after.keys.get(newcomer.keys.kid)).toMatchObject({ kind: 'device', rights, passkey })
})

test.each([
  ['an owner', { role: 'owner', maxTier: 2 }],
  ['tier 3', { role: 'approver', maxTier: 3 }],
] as const)('a host can’t get %s with one tap', async (_, { role, maxTier }) => {
  const rights = { person: 'per_01HZZZZZZZZZZZZZZZZZZZZZZZ', role, hosts: '*', maxTier } as const
  const newcomer = { device: (await newKeys()).keys, label: 'phone', rights }
  const { request, store, context } = await asked(
    { operation: { kind: 'add-device', newcomer } },
    { 'approval.decide': () => ({}) },
  )
  expect(await decide(context, { approvalId: request.id, answer: 'approve', shown })).toMatchObject({
    code: 'decision_role_refused',
  })
  expect(await store.list('outbox/')).toEqual([])
})

test('nothing is signed for a newcomer whose keys are not its own', async () => {
  const rights = { person: 'per_01HZZZZZZZZZZZZZZZZZZZZZZZ', role: 'approver', hosts: '*', maxTier: 2 } as const
  const device = { ...(await newKeys()).keys, kid: (await newKeys()).keys.kid }
  const { request, context } = await asked(
    { operation: { kind: 'add-device', newcomer: { device, label: 'phone', rights } } },
    { 'approval.decide': () => ({}) },
  )
  expect(await decide(context, { approvalId: request.id, answer: 'approve', shown })).toMatchObject({
    code: 'trust_entry_invalid',
  })
})

test('a denied newcomer gets no entry', async () => {
  let posted: Envelope | undefined
  const rights = { person: 'per_01HZZZZZZZZZZZZZZZZZZZZZZZ', role: 'approver', hosts: '*', maxTier: 2 } as const
  const { device, host, request, context } = await asked(
    { operation: { kind: 'add-device', newcomer: { device: (await newKeys()).keys, label: 'phone', rights } } },
    {
      'approval.decide': ({ body }) => {
        posted = body.sealed
        return {}
      },
    },
  )
  must(await decide(context, { approvalId: request.id, answer: 'deny', shown }))
  expect((await opened(host, device, posted as Envelope)).entry).toBeUndefined()
})

test('only the asking host’s own receipt for this very operation settles', async () => {
  const { host, team, device, request, context } = await asked({}, { 'approval.decide': () => ({}) })
  must(await decide(context, { approvalId: request.id, answer: 'approve', shown }))
  const view = async (from: KeyPair, jws: string) => ({
    ...request.view,
    state: 'settled' as const,
    receipt: await sealTo(crypto, { id: request.id, kind: 'receipt', from, to: [device.keys], statement: jws }),
  })
  const other = await ask(host, team)
  const stranger = await newKeys()
  for (const [from, jws] of [
    [stranger, await receiptOf(stranger, team, request, 'released')],
    [host, await receiptOf(host, team, other, 'released')],
    [host, await receiptOf(host, team, request, 'released', { digest: 'C'.repeat(43) })],
  ] as const) {
    expect(must(await openApprovalView(context, await view(from, jws)))).toMatchObject({ state: 'open' })
  }
  const settled = must(
    await openApprovalView(context, await view(host, await receiptOf(host, team, request, 'released'))),
  )
  expect(settled).toMatchObject({ state: 'settled', receipt: { outcome: 'released' } })
  const done = must(await openApprovalView(context, await view(host, await receiptOf(host, team, request, 'executed'))))
  expect(done).toMatchObject({ receipt: { outcome: 'executed' } })
  const back = must(await openApprovalView(context, await view(host, await receiptOf(host, team, request, 'denied'))))
  expect(back).toMatchObject({ receipt: { outcome: 'executed' } })
})

test('a receipt that names this device’s decision as not accepted says so', async () => {
  const { host, team, device, request, context } = await asked({}, { 'approval.decide': () => ({}) })
  must(await decide(context, { approvalId: request.id, answer: 'approve', shown }))
  const jws = await receiptOf(host, team, request, 'stale', {
    decisions: [{ device: device.keys.kid, person: null, answer: 'approve', code: 'decision_stale' }],
  })
  const receipt = await sealTo(crypto, {
    id: request.id,
    kind: 'receipt',
    from: host,
    to: [device.keys],
    statement: jws,
  })
  const card = must(await openApprovalView(context, { ...request.view, state: 'settled', receipt }))
  expect(card.decision).toMatchObject({ state: 'refused', code: 'decision_stale' })
})

test('what the host has refused stays refused, also when the relay’s own answer to the decision comes last', async () => {
  const { device, host, team, request, context } = await asked()
  const relay = relayOf({
    'approval.read': () => request.view,
    'approval.decide': async () => {
      const record = must(await openApprovalView(context, request.view))
      const said = { device: device.keys.kid, person: null, answer: 'approve', code: 'decision_code' } as const
      const receipt = await receiptOf(host, team, request, 'denied', { decisions: [said] })
      must(await verifyReceipt(context, receipt, record))
      return {}
    },
  })
  const own = must(await decide({ ...context, relay }, { approvalId: request.id, answer: 'approve', shown }))
  expect(own).toMatchObject({ state: 'refused', code: 'decision_code' })
})

test('a decision that is dropped while another is sent is not sent', async () => {
  const { host, team, request, store, context } = await asked()
  const second = await ask(host, team)
  must(await openApprovalView(context, second.view))
  must(await openApprovalView(context, request.view))
  for (const { id } of [request, second]) must(await decide(context, { approvalId: id, answer: 'approve', shown }))
  const sent: string[] = []
  const relay = relayOf({
    'approval.decide': async ({ params }) => {
      sent.push(params.id)
      for (const { value } of await store.list<OutboxItem>('outbox/'))
        if (!sent.includes(value.approvalId)) await dropKeptDecision(context, value)
      return {}
    },
  })
  expect(await flushOutbox({ ...context, relay })).toEqual([])
  expect(sent).toHaveLength(1)
})
