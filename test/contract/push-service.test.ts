import { Agent, request } from 'node:https'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import webPush, { WebPushError } from 'web-push'
import { isPushEndpoint } from '#functions/domain/push-endpoint.ts'
import { type Certificate, makeCertificate } from '../support/push/certificate.ts'
import { type PushService, startPushService } from '../support/push/push-service.ts'
import { decryptPush, makePushKeys } from '../support/push/receive-push.ts'
import { remapEnvironment } from '../support/push/remap-environment.ts'
import { sendPush } from '../support/push/send-push.ts'

const vapid = webPush.generateVAPIDKeys()
const keys = makePushKeys()
let certificate: Certificate
let service: PushService
let agent: Agent
let now: number

beforeAll(() => {
  certificate = makeCertificate()
  agent = new Agent({ ca: certificate.ca, keepAlive: true })
})
beforeEach(async () => {
  now = Date.now()
  service = await startPushService({ certificate, origin: 'local', now: () => now })
  return () => service.close()
})
afterAll(() => {
  agent.destroy()
  certificate.remove()
})

const subscribe = () => service.subscribe({ ...keys, applicationServerKey: vapid.publicKey })

type SendOptions = webPush.RequestOptions & { url?: string }

/** Sends with the library that the relay has; returns the status. */
async function send(device: { subscription: webPush.PushSubscription }, text: string, options: SendOptions = {}) {
  const { url, ...rest } = options
  const subscription = { ...device.subscription, endpoint: url ?? device.subscription.endpoint }
  const all = { vapidDetails: { subject: 'mailto:test@example.com', ...vapid }, agent, TTL: 60, ...rest }
  const sent = webPush.sendNotification(subscription, text, all)
  return sent.then(
    ({ statusCode }) => statusCode,
    (error: unknown) => (error instanceof WebPushError ? error.statusCode : Promise.reject(error)),
  )
}

/** Sends a request as it is. */
function raw(url: string, headers: Record<string, string>, { method = 'POST', body = '' } = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const lastWhy = () => service.requests.at(-1)?.why

/** The headers of a right request without a body, with changes: `undefined` leaves one away. */
function headersWith(endpoint: string, changes: Record<string, string | undefined> = {}): Record<string, string> {
  const { Authorization } = webPush.getVapidHeaders(
    new URL(endpoint).origin,
    'mailto:test@example.com',
    vapid.publicKey,
    vapid.privateKey,
    'aes128gcm',
  )
  const all = Object.entries({ authorization: Authorization, ttl: '60', ...changes })
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

test('a push arrives encrypted, and its receiver opens it', async () => {
  const device = subscribe()
  expect(await send(device, 'ä text', { urgency: 'high', topic: 'digest' })).toBe(201)
  const delivery = await device.next()
  expect(delivery).toMatchObject({ ttl: 60, urgency: 'high', topic: 'digest' })
  expect(delivery.body?.includes('text')).toBe(false)
  expect(decryptPush(delivery.body ?? Buffer.alloc(0), keys)).toBe('ä text')
  expect(service.requests.at(-1)).toMatchObject({ status: 201, claims: { sub: 'mailto:test@example.com' } })
})

test('the example of RFC 8291 section 5 opens', () => {
  const example = {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    privateKey: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  }
  const body =
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_' +
    'yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN'
  expect(decryptPush(Buffer.from(body, 'base64url'), example)).toBe('When I grow up, I want to be a watermelon')
  expect(() => decryptPush(Buffer.from(body, 'base64url'), keys)).toThrow()
  expect(() => decryptPush(Buffer.from('short'), keys)).toThrow()
})

test('a push may have no body', async () => {
  const device = subscribe()
  expect(await raw(device.subscription.endpoint, headersWith(device.subscription.endpoint))).toBe(201)
  expect((await device.next()).body).toBeNull()
})

test('while the device is away, messages wait for their TTL, and the newest of a Topic', async () => {
  const device = subscribe()
  device.setAway(true)
  expect(await send(device, 'first', { topic: 'digest' })).toBe(201)
  expect(await send(device, 'second', { topic: 'digest' })).toBe(201)
  expect(await send(device, 'never', { TTL: 0 })).toBe(201)
  expect(await send(device, 'expired', { TTL: 1 })).toBe(201)
  expect(await send(device, 'other')).toBe(201)
  expect(service.waiting(device.subscription.endpoint)).toBe(3)
  now += 1_001
  device.setAway(false)
  const opened = device.received().map(({ body }) => body && decryptPush(body, keys))
  expect(opened).toEqual(['second', 'other'])
  expect(service.waiting(device.subscription.endpoint)).toBe(0)
})

test('3,993 bytes are the most', async () => {
  const device = subscribe()
  expect(await send(device, 'y'.repeat(3_993))).toBe(201)
  expect(service.requests.at(-1)?.bodyBytes).toBe(4_096)
  expect(await send(device, 'y'.repeat(3_994))).toBe(413)
})

test('no such subscription 404, one that is gone 410, another method 405', async () => {
  const device = subscribe()
  const { endpoint } = device.subscription
  expect(await send(device, 'x', { url: `${endpoint}A` })).toBe(404)
  expect(await send(device, 'x', { url: new URL('/', endpoint).href })).toBe(404)
  expect(await raw(endpoint, headersWith(endpoint), { method: 'GET' })).toBe(405)
  service.expire(endpoint)
  expect(await send(device, 'x')).toBe(410)
  const other = subscribe()
  other.unsubscribe()
  expect(await send(other, 'x')).toBe(410)
})

test('it is told to be out of order', async () => {
  const device = subscribe()
  service.fault(429, { retryAfterS: 3 })
  service.fault(503, { times: 2 })
  expect([await send(device, 'x'), await send(device, 'x'), await send(device, 'x')]).toEqual([429, 503, 503])
  expect(await send(device, 'x')).toBe(201)
})

test.each([
  ['no TTL', { ttl: undefined }, 400],
  ['a TTL of words', { ttl: 'long' }, 400],
  ['an unknown Urgency', { urgency: 'extreme' }, 400],
  ['a Topic that is too long', { topic: 't'.repeat(33) }, 400],
  ['no authorization', { authorization: undefined }, 401],
  ['another scheme', { authorization: 'Bearer x' }, 401],
  ['VAPID without a token', { authorization: `vapid k=${vapid.publicKey}` }, 401],
  ['garbage as a token', { authorization: `vapid t=a.b.c, k=${vapid.publicKey}` }, 401],
])('%s is refused', async (_, changes, status) => {
  const { endpoint } = subscribe().subscription
  expect(await raw(endpoint, headersWith(endpoint, changes))).toBe(status)
  expect(lastWhy()).toEqual(expect.any(String))
})

test('another encoding is refused', async () => {
  const { endpoint } = subscribe().subscription
  expect(await raw(endpoint, headersWith(endpoint, { 'content-encoding': 'aesgcm' }), { body: 'x' })).toBe(415)
})

test('VAPID is checked: key, signature, audience, time, contact', async () => {
  const { endpoint } = subscribe().subscription
  const vapidFor = (origin: string, expiresAtMs = now + 3_600_000, pair = vapid) =>
    webPush.getVapidHeaders(
      origin,
      'mailto:test@example.com',
      pair.publicKey,
      pair.privateKey,
      'aes128gcm',
      Math.floor(expiresAtMs / 1_000),
    ).Authorization
  const ask = (authorization: string) => raw(endpoint, headersWith(endpoint, { authorization }))
  const { origin } = new URL(endpoint)

  expect(await ask(vapidFor(origin))).toBe(201)
  expect(await ask(vapidFor('https://fcm.googleapis.com'))).toBe(401)
  expect(await ask(vapidFor(origin, now + 3_600_000, webPush.generateVAPIDKeys()))).toBe(403)
  const signed = vapidFor(origin)
  const forged = signed.replace(/t=([^,]+)\.[^.,]+,/, `t=$1.${'A'.repeat(86)},`)
  expect(forged).not.toBe(signed)
  expect(await ask(forged)).toBe(403)
  now += 2 * 3_600_000
  expect(await ask(signed)).toBe(401)
  now -= 26 * 3_600_000
  expect(await ask(signed)).toBe(401)
  expect(lastWhy()).toMatch(/24 hours/)
})

test.each(['https', 'fetch'] as const)('a process of its own finds it under its real name, by %s', async (by) => {
  const real = await startPushService({ certificate })
  try {
    const device = real.subscribe({ ...keys, applicationServerKey: vapid.publicKey })
    expect(isPushEndpoint(device.subscription.endpoint)).toBe(true)
    const order = { subscription: device.subscription, text: by, vapid, by }
    expect(await sendPush(order, remapEnvironment(real, certificate))).toBe(201)
    expect(real.requests.at(-1)?.claims?.aud).toBe('https://updates.push.services.mozilla.com')
    const { body } = await device.next()
    expect(body && decryptPush(body, keys)).toBe(by)
  } finally {
    await real.close()
  }
})
