import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Envelope } from '#protocol/envelope.ts'
import { newId } from '#protocol/ids.ts'
import { foundTeam, type Member, synced, type Team } from '../support/member.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { sealed } from '../support/sealed.ts'

let relay: TestRelay
let team: Team
let now = Date.now()
const clock = { now: () => now }
const counted = { items: 0, invocations: [] as string[] }

beforeAll(async () => {
  relay = await startTestRelay({
    clock,
    observe: {
      database: (_, items) => {
        counted.items += items
      },
      invocation: (name, route) => void counted.invocations.push(`${name} ${route}`),
    },
  })
  team = await foundTeam(relay, clock)
})
afterAll(() => relay.close())
beforeEach(() => {
  now += 1_000
})

type Asked = { id: string; sealed: Envelope; expiresAt: number }
async function ask(host: Member, fields: Partial<Asked> = {}, connectionId: string | null = null): Promise<Asked> {
  const asked = {
    id: newId('apr', now),
    sealed: sealed(host.kid, [team.owner.kid], 'approval'),
    expiresAt: now + 3_600_000,
    ...fields,
  }
  const { status } = await host.call('approval.request', { body: { ...asked, taskId: null, push: null, connectionId } })
  expect(status).toBe(200)
  return asked
}
const decision = (device: Member, id = newId('dec', now)) => ({
  id,
  sealed: sealed(device.kid, [team.host.kid], 'decision'),
})
const receipt = (host: Member, ack: string[] = []) => ({
  sealed: sealed(host.kid, [team.owner.kid], 'receipt'),
  push: null,
  ack,
})

test('an approval goes from the host to people and back, and settles once', async () => {
  const { owner, host } = team
  const phone = await synced(owner)
  const agent = await synced(host)
  const { id } = await ask(host, {}, agent.connectionId)
  const told = await phone.next('approval.requested')
  expect(told.approval).toMatchObject({ id, state: 'open', hostId: host.hostId, decisions: [] })

  const decided = decision(owner)
  expect((await owner.call('approval.decide', { path: { id }, body: decided })).status).toBe(200)
  const { item } = await agent.next('inbox.added')
  if (item.kind !== 'decision') throw new Error(item.kind)
  expect(item).toMatchObject({
    approvalId: id,
    decision: { id: decided.id, device: owner.kid, sealed: decided.sealed },
  })

  const settled = receipt(host, [item.id])
  expect((await host.call('approval.settle', { path: { id }, body: settled })).status).toBe(200)
  expect(await phone.next('approval.settled')).toMatchObject({
    approvalId: id,
    state: 'settled',
    receipt: settled.sealed,
  })
  expect((await host.call('inbox.read')).answer.items).toEqual([])
  expect((await owner.call('approval.read', { path: { id } })).answer).toMatchObject({
    state: 'settled',
    receipt: settled.sealed,
    decisions: [{ id: decided.id }],
  })

  // Again: the same answer. Something else: refused, and nothing changes.
  expect((await host.call('approval.settle', { path: { id }, body: settled })).status).toBe(200)
  expect((await owner.call('approval.decide', { path: { id }, body: decided })).status).toBe(200)
  expect((await host.call('approval.settle', { path: { id }, body: receipt(host) })).problem.type).toBe(
    'approval_already_settled',
  )
  expect((await owner.call('approval.decide', { path: { id }, body: decision(owner) })).problem.type).toBe(
    'approval_already_settled',
  )
  phone.socket.close()
  agent.socket.close()
})

test('from request to receipt it costs at most ten items and five invocations', async () => {
  const { owner, host } = team
  const agent = await synced(host)
  const phone = await synced(owner)
  counted.items = 0
  counted.invocations = []
  const { id } = await ask(host, {}, agent.connectionId)
  await owner.call('approval.decide', { path: { id }, body: decision(owner) })
  const { item } = await agent.next('inbox.added')
  await host.call('approval.settle', { path: { id }, body: receipt(host, [item.id]) })
  await phone.next('approval.settled')
  // Each of the three requests reads its caller's key: the authorizer's part, which is counted apart.
  expect(counted.items - 3).toBeLessThanOrEqual(10)
  expect(counted.invocations).toHaveLength(3)
  phone.socket.close()
  agent.socket.close()
})

test('an idle host costs nothing a heartbeat', async () => {
  const agent = await synced(team.host)
  // Its arrival is told to devices; wait for the answer to a frame, then count.
  counted.items = 0
  counted.invocations = []
  agent.send({ type: 'ping' })
  await agent.next('pong')
  expect(counted).toEqual({ items: 0, invocations: [] })
  agent.socket.close()
})

test('a repeat of a request is no second one, and an id is not used twice', async () => {
  const { host, owner } = team
  const asked = await ask(host)
  await ask(host, asked)
  const body = {
    ...asked,
    sealed: sealed(host.kid, [owner.kid], 'approval'),
    taskId: null,
    push: null,
    connectionId: null,
  }
  expect((await host.call('approval.request', { body })).problem.type).toBe('id_reused')
  const { answer } = await owner.call('approvals.list')
  expect(answer.approvals.filter(({ id }) => id === asked.id)).toHaveLength(1)
  await host.call('approval.settle', { path: { id: asked.id }, body: receipt(host) })
})

test('an id of a decision is not used for another one', async () => {
  const { host, owner } = team
  const { id } = await ask(host)
  const first = decision(owner)
  await owner.call('approval.decide', { path: { id }, body: first })
  const forged = { ...decision(owner), id: first.id }
  expect((await owner.call('approval.decide', { path: { id }, body: forged })).problem.type).toBe('id_reused')
  const { answer } = await owner.call('approval.read', { path: { id } })
  expect(answer.decisions.map(({ sealed }) => sealed)).toEqual([first.sealed])
})

test('one device can’t crowd out the others: it has two decisions', async () => {
  const { host, owner } = team
  const { id } = await ask(host)
  for (const expected of [200, 200, 429]) {
    expect((await owner.call('approval.decide', { path: { id }, body: decision(owner) })).status).toBe(expected)
  }
})

test('after its time an approval takes no decision, at once and without the sweep', async () => {
  const { host, owner } = team
  const phone = await synced(owner)
  const { id } = await ask(host, { expiresAt: now + 5_000 })
  now += 5_000
  expect((await owner.call('approval.decide', { path: { id }, body: decision(owner) })).problem.type).toBe(
    'approval_expired',
  )
  expect((await owner.call('approval.read', { path: { id } })).answer.state).toBe('expired')
  expect((await owner.call('approvals.list')).answer.approvals.map((each) => each.id)).not.toContain(id)
  await relay.sweep()
  expect(await phone.next('approval.settled')).toMatchObject({ approvalId: id, state: 'expired', receipt: null })
  // The host has the last word: a decision made in time may have been on its way.
  const last = receipt(host)
  expect((await host.call('approval.settle', { path: { id }, body: last })).status).toBe(200)
  expect((await owner.call('approval.read', { path: { id } })).answer).toMatchObject({
    state: 'settled',
    receipt: last.sealed,
  })
  phone.socket.close()
})

test('an approval ends, and not in the past', async () => {
  const { host } = team
  for (const expiresAt of [now, now - 1, now + 8 * 24 * 3_600_000]) {
    const body = {
      id: newId('apr', now),
      sealed: sealed(host.kid, [], 'approval'),
      expiresAt,
      taskId: null,
      push: null,
      connectionId: null,
    }
    expect((await host.call('approval.request', { body })).problem.type).toBe('approval_expired')
  }
})

test('of two receipts that race exactly one wins', async () => {
  const { host, owner } = team
  for (let round = 0; round < 10; round += 1) {
    const { id } = await ask(host)
    const both = await Promise.all(
      [receipt(host), receipt(host)].map((body) => host.call('approval.settle', { path: { id }, body })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await owner.call('approval.read', { path: { id } })).answer.state).toBe('settled')
  }
})

test('a decision for a host that is away waits in its inbox and is told again by the sweep', async () => {
  const { host, owner } = team
  const { id } = await ask(host)
  await owner.call('approval.decide', { path: { id }, body: decision(owner) })
  const agent = await host.connect()
  if (typeof agent === 'number') throw new Error('refused')
  const answer = await agent.ask({ type: 'connection.sync', id: 's' })
  if (answer.type !== 'connection.synced') throw new Error(answer.type)
  const waiting = answer.inbox.filter((item) => item.kind === 'decision' && item.approvalId === id)
  expect(waiting).toHaveLength(1)
  now += 16_000
  await relay.sweep()
  await agent.next('inbox.waiting')
  const ids = answer.inbox.map((item) => item.id).slice(0, 25)
  expect(await agent.ask({ type: 'inbox.ack', id: 'a', items: ids })).toEqual({ type: 'ok', re: 'a' })
  agent.socket.close()
})
