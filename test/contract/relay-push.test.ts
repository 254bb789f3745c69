import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { declarative } from '#functions/adapters/web-push/declarative.ts'
import type { LaterPush } from '#protocol/envelope.ts'
import { newId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { sealedTextOf } from '#protocol/push-message.ts'
import { pushText } from '#trust/push.ts'
import { addDevice, foundTeam, type Member, type Team } from '../support/member.ts'
import { type Certificate, makeCertificate } from '../support/push/certificate.ts'
import { type PushService, startPushService } from '../support/push/push-service.ts'
import { decryptPush, makePushKeys } from '../support/push/receive-push.ts'
import { remapEnvironment } from '../support/push/remap-environment.ts'
import { type RelayProcess, relayProcess } from '../support/relay-process.ts'
import { pushParts, sealed } from '../support/sealed.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'countersign-push-'))
let certificate: Certificate
let service: PushService
let relay: RelayProcess
let team: Team
let vapidPublicKey: string
/** Moved together with the relay’s clock. */
let ahead = 0
const clock = { now: () => Date.now() + ahead }
async function advance(ms: number): Promise<void> {
  ahead += ms
  await relay.advance(ms)
}

beforeAll(async () => {
  certificate = makeCertificate()
  service = await startPushService({ certificate, now: clock.now })
  relay = await relayProcess({ dataDir, environment: remapEnvironment(service, certificate) })
  team = await foundTeam(relay, clock)
  vapidPublicKey = (
    (await fetch(`${relay.url}/v1/relay`).then((response) => response.json())) as { vapidPublicKey: string }
  ).vapidPublicKey
})
afterAll(async () => {
  await relay.stop()
  await service.close()
  certificate.remove()
  rmSync(dataDir, { recursive: true, force: true })
})

async function subscribed(device: Member) {
  const keys = makePushKeys()
  const phone = service.subscribe({ ...keys, applicationServerKey: vapidPublicKey })
  const { endpoint, keys: given } = phone.subscription
  const subscription = { endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }
  expect((await device.call('subscription.write', { body: { subscription } })).status).toBe(200)
  return { keys, phone, subscription }
}
async function ask(ttl = 3_600, lifeMs = 600_000, later: LaterPush[] = []) {
  const { host } = team
  const push = pushParts([...team.state.keys.keys()], ttl)
  const body = {
    id: newId('apr', Date.now()),
    sealed: sealed(host.kid, [], 'approval'),
    expiresAt: clock.now() + lifeMs,
    taskId: null,
    push,
    connectionId: null,
    ...(later.length > 0 ? { later } : {}),
  }
  expect((await host.call('approval.request', { body })).status).toBe(200)
  return { id: body.id, push, body }
}
const settle = (id: string) => {
  const push = pushParts([team.owner.kid])
  const body = { sealed: sealed(team.host.kid, [], 'receipt'), push, ack: [] }
  return team.host.call('approval.settle', { path: { id }, body }).then(() => push)
}

test('a push carries its device’s wrap only, urgent, for as long as the approval lives, and is replaced when it is settled', async () => {
  const { phone, keys } = await subscribed(team.owner)
  const { id, push } = await ask()
  const first = await phone.next()
  expect(decryptPush(first.body ?? new Uint8Array(), keys)).toBe(pushText(push, team.owner.kid))
  expect(first.urgency).toBe('high')
  expect(first.ttl).toBeGreaterThan(500)
  expect(first.ttl).toBeLessThanOrEqual(600)
  const replaced = await settle(id)
  expect(decryptPush((await phone.next()).body ?? new Uint8Array(), keys)).toBe(pushText(replaced, team.owner.kid))
  expect(new Set(service.requests.map(({ claims }) => JSON.stringify(claims))).size).toBe(1)
})

test('an address that is gone is forgotten; one that refuses us is not', async () => {
  const { phone, subscription } = await subscribed(team.owner)
  service.fault(403)
  await ask()
  await ask()
  await phone.next()
  service.expire(subscription.endpoint)
  await ask()
  const before = service.requests.length
  await ask()
  expect(service.requests.slice(before)).toEqual([])
})

test('that more waits is one push for who was away, and takes no place of an approval’s own', async () => {
  const away = await addDevice(relay, team, {}, clock)
  const { phone, keys } = await subscribed(away)
  phone.setAway(true)
  const own = await ask()
  const kids = [...team.state.keys.keys()]
  const digests = [pushParts(kids, 3_600, 'digest'), pushParts(kids, 3_600, 'digest')]
  for (const push of digests) {
    const body = { id: newId('apr', Date.now()), sealed: sealed(team.host.kid, [], 'approval'), push }
    const rest = { expiresAt: clock.now() + 600_000, taskId: null, connectionId: null }
    expect((await team.host.call('approval.request', { body: { ...body, ...rest } })).status).toBe(200)
  }
  phone.setAway(false)
  const texts = [(await phone.next()).body, (await phone.next()).body].map((body) =>
    decryptPush(body ?? new Uint8Array(), keys),
  )
  const wanted = [own.push, digests[1]].map((push) => (push ? pushText(push, away.kid) : null))
  expect(texts).toEqual(wanted)
  expect(service.waiting(phone.subscription.endpoint)).toBe(0)
})

test('a device is sent what it sealed to itself, and hears what its push service said', async () => {
  const fourth = await addDevice(relay, team, {}, clock)
  const check = (to: readonly string[], ttl = 60) =>
    fourth.call('subscription.check', { body: { push: pushParts([...to], ttl) } })
  expect((await check([fourth.kid])).problem.type).toBe('push_gone')
  const { phone, keys, subscription } = await subscribed(fourth)
  const push = pushParts([fourth.kid], 3_600)
  expect((await fourth.call('subscription.check', { body: { push } })).status).toBe(200)
  const arrived = await phone.next()
  expect(decryptPush(arrived.body ?? new Uint8Array(), keys)).toBe(pushText(push, fourth.kid))
  expect(arrived.ttl).toBeLessThanOrEqual(60)

  const before = service.requests.length
  expect((await check([team.owner.kid])).problem.type).toBe('body_invalid')
  expect(service.requests.length).toBe(before)
  for (const status of [403, 503]) {
    service.fault(status)
    expect((await check([fourth.kid])).problem.type).toBe('push_refused')
  }
  service.expire(subscription.endpoint)
  expect((await check([fourth.kid])).problem.type).toBe('push_gone')
})

test('what the service did not take is tried again by the sweep, and not by every sweep', async () => {
  const second = await addDevice(relay, team, {}, clock)
  const { phone } = await subscribed(second)
  for (const status of [503, 429]) {
    service.fault(status)
    const { push } = await ask(7_200, 6_000_000)
    const before = service.requests.length
    await relay.sweep()
    expect(service.requests.length).toBe(before)
    await advance(61_000)
    await relay.sweep()
    expect(service.requests.slice(before).map((request) => request.status)).toEqual([201])
    expect((await phone.next()).ttl).toBeLessThan(push.ttl)
    await relay.sweep()
    expect(service.requests.length).toBe(before + 1)
  }
})

test('who is asked later is pushed to when nobody has settled it by then, once, and not at all when somebody has', async () => {
  const next = await addDevice(relay, team, {}, clock)
  const { phone } = await subscribed(next)
  const steps = (afterMs: number) => [{ at: clock.now() + afterMs, kids: [next.kid] }]
  const sent = () => service.requests.filter(({ path }) => phone.subscription.endpoint.endsWith(path)).length
  const settled = await ask(7_200, 6_000_000, steps(120_000))
  const open = await ask(7_200, 6_000_000, steps(120_000))
  const before = sent()
  await settle(settled.id)
  await advance(60_000)
  await relay.sweep()
  expect(sent()).toBe(before)
  await advance(61_000)
  await relay.sweep()
  expect(sent()).toBe(before + 1)
  expect((await phone.next()).ttl).toBeLessThan(open.push.ttl)
  await advance(3_600_000)
  await relay.sweep()
  expect(sent()).toBe(before + 1)
})

test('who was asked at once is reminded once, while it is open, also when the host asks anew; of what is settled nobody is', async () => {
  const busy = await addDevice(relay, team, {}, clock)
  const { phone, keys } = await subscribed(busy)
  const sent = () => service.requests.filter(({ path }) => phone.subscription.endpoint.endsWith(path)).length
  const reminder = (): LaterPush[] => [{ at: clock.now() + 480_000, kids: [busy.kid], again: true }]
  const settled = await ask(7_200, 900_000, reminder())
  const open = await ask(7_200, 900_000, reminder())
  expect(sent()).toBe(2)
  await settle(settled.id)
  const before = sent()
  await advance(420_000)
  await relay.sweep()
  expect(sent()).toBe(before)
  await advance(61_000)
  // Of the two that were asked for only the one that still waits; its bytes are those of the first time.
  await relay.sweep()
  expect(sent()).toBe(before + 1)
  for (let seen = 0; seen < before; seen += 1) await phone.next()
  const reminded = await phone.next()
  expect(decryptPush(reminded.body ?? new Uint8Array(), keys)).toBe(pushText(open.push, busy.kid))
  expect(reminded.ttl).toBeLessThanOrEqual(420)
  // The host has not heard the relay's answer, and one push service fails: told again, and nobody is reminded twice by the sweep that tries again.
  const taken = () =>
    service.requests.filter(({ path, status }) => status === 201 && phone.subscription.endpoint.endsWith(path)).length
  const once = taken()
  service.fault(503)
  expect((await team.host.call('approval.request', { body: open.body })).status).toBe(200)
  await advance(61_000)
  await relay.sweep()
  await advance(121_000)
  await relay.sweep()
  expect(taken()).toBe(once + 1)
})

test('so is a push that replaces a settled one', async () => {
  const third = await addDevice(relay, team, {}, clock)
  await subscribed(third)
  const { id } = await ask()
  const before = service.requests.length
  service.fault(500, { times: 10 })
  const push = pushParts([third.kid])
  await team.host.call('approval.settle', {
    path: { id },
    body: { sealed: sealed(team.host.kid, [], 'receipt'), push, ack: [] },
  })
  expect(service.requests.slice(before).map((request) => request.status)).toEqual([500])
  for (let left = 9; left > 0; left -= 1) {
    // Nine more times it fails: a minute, two, four … at most an hour apart.
    await advance(3_600_000)
    await relay.sweep()
  }
  const tried = service.requests.length
  await advance(3_600_000)
  await relay.sweep()
  expect(service.requests.length).toBe(tried)
})

test('nothing is sent to an address that is no push service’s', async () => {
  for (const endpoint of [
    'https://evil.example/x',
    'https://127.0.0.1/x',
    'https://fcm.googleapis.com:444/x',
    'http://fcm.googleapis.com/x',
    'https://a@fcm.googleapis.com/x',
  ]) {
    const subscription = { endpoint, keys: { p256dh: 'A', auth: 'A' } }
    expect((await team.owner.call('subscription.write', { body: { subscription } })).problem.type).toBe(
      'push_endpoint_refused',
    )
  }
})

test('a subscription with keys of no meaning harms nobody', async () => {
  const fourth = await addDevice(relay, team, {}, clock)
  const subscription = {
    endpoint: 'https://fcm.googleapis.com/fcm/send/x',
    keys: { p256dh: 'A'.repeat(87), auth: 'A'.repeat(22) },
  }
  await fourth.call('subscription.write', { body: { subscription } })
  await ask()
  expect((await fourth.call('subscription.delete')).status).toBe(200)
})

test('to Apple’s service alone a push is declarative: general words and where to go, with the sealed text inside, within what a push may weigh', async () => {
  const device = await addDevice(relay, team, {}, clock)
  const { keys, phone, subscription } = await subscribed(device)
  const endpoint = subscription.endpoint.replace('updates.push.services.mozilla.com', 'web.push.apple.com')
  const told = await device.call('subscription.write', { body: { subscription: { ...subscription, endpoint } } })
  expect(told.status).toBe(200)
  const push = pushParts([device.kid], 3_600)
  expect((await device.call('subscription.check', { body: { push } })).status).toBe(200)
  const { body } = await phone.next()
  const text = decryptPush(body ?? Buffer.alloc(0), keys)
  expect(JSON.parse(text)).toEqual({
    web_push: 8030,
    notification: {
      title: 'Something waits for you',
      body: 'Open the app.',
      navigate: `${relay.origin}/?pushed`,
      data: pushText(push, device.kid),
    },
    mutable: true,
  })
  expect(sealedTextOf(text)).toBe(pushText(push, device.kid))
  expect(sealedTextOf('{"web_push":8031,"notification":{"data":"x"}}')).toContain('8031')
})

test('the largest push still fits with its words around it', () => {
  const longest = 'A'.repeat(Math.ceil(((1 + 113 + 12 + limits.pushInnerBytes + 16) * 4) / 3))
  const message = declarative(longest, 'https://countersign.engineering.example.com')
  expect(message.length).toBeLessThanOrEqual(3_993)
  expect(sealedTextOf(message)).toBe(longest)
  expect(message).not.toBe(longest)
  expect(declarative(longest, `https://${'x'.repeat(200)}.example`)).toBe(longest)
})
