import { randomBytes } from 'node:crypto'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteExpired } from '#local/delete-expired.ts'
import { limits } from '#protocol/limits.ts'
import { type Member, member, newKeys } from '../support/member.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'

let relay: TestRelay
let host: Member
let now = Date.now()
const clock = { now: () => now }
beforeAll(async () => {
  relay = await startTestRelay({ clock })
  host = member(relay, await newKeys(), undefined, clock)
})
afterAll(() => relay.close())

const card = 'aa.bb.cc'
const newRdv = () => `rdv_${randomBytes(16).toString('base64url')}`
async function offer(expiresIn: number = limits.rendezvousMs) {
  const id = newRdv()
  const { status } = await host.call('rendezvous.offer', { body: { id, card, expiresAt: now + expiresIn } })
  expect(status).toBe(200)
  return id
}
const say = async (id: string, slot: string, content: string) => {
  const response = await fetch(`${relay.url}/v1/rendezvous/${id}/messages`, {
    method: 'POST',
    body: JSON.stringify({ slot, content }),
  })
  return response.status === 200 ? 'ok' : ((await response.json()) as { type: string }).type
}
const read = async (id: string) => {
  const response = await fetch(`${relay.url}/v1/rendezvous/${id}`)
  return (await response.json()) as {
    type?: string
    expiresAt: number
    card: string
    messages: { slot: string; content: string }[]
  }
}

test('host and device leave messages: up to four accepts, each other slot once, a repeat is no change', async () => {
  const id = await offer()
  for (const content of ['a', 'b', 'a', 'c', 'd']) expect(await say(id, 'accept', content)).toBe('ok')
  expect(await say(id, 'accept', 'e')).toBe('rendezvous_taken')
  expect(await say(id, 'accept', 'b')).toBe('ok')
  for (const slot of ['lock', 'confirm', 'joined', 'burnt']) {
    expect([await say(id, slot, 'x'), await say(id, slot, 'x'), await say(id, slot, 'y')]).toEqual([
      'ok',
      'ok',
      'rendezvous_taken',
    ])
  }
  const { messages } = await read(id)
  expect(
    messages
      .filter(({ slot }) => slot === 'accept')
      .map(({ content }) => content)
      .sort(),
  ).toEqual(['a', 'b', 'c', 'd'])
  expect(messages.filter(({ slot }) => slot !== 'accept')).toHaveLength(4)
})

test('of accepts that race, four are kept', async () => {
  const id = await offer()
  const said = await Promise.all(Array.from({ length: 12 }, (_, index) => say(id, 'accept', `n${index}`)))
  expect(said.filter((each) => each === 'ok')).toHaveLength(4)
})

test('an offer lasts three minutes at most; who began in time may finish', async () => {
  const [late, begun] = [await offer(3_600_000), await offer()]
  expect((await read(late)).expiresAt).toBe(now + limits.rendezvousMs)
  expect(await say(begun, 'accept', 'a')).toBe('ok')
  now += limits.rendezvousMs
  expect((await read(late)).type).toBe('rendezvous_expired')
  expect(await say(late, 'accept', 'a')).toBe('rendezvous_expired')
  expect(await say(begun, 'accept', 'b')).toBe('rendezvous_expired')
  expect(await say(begun, 'lock', 'l')).toBe('ok')
  expect((await read(begun)).messages).toHaveLength(2)
  now += limits.rendezvousMs
  expect((await read(begun)).type).toBe('rendezvous_expired')
  expect(await say(begun, 'joined', 'j')).toBe('rendezvous_expired')
})

test('an id is offered once, and an unknown one has nothing', async () => {
  const id = await offer()
  expect((await host.call('rendezvous.offer', { body: { id, card, expiresAt: now + 1_000 } })).status).toBe(200)
  expect(
    (await host.call('rendezvous.offer', { body: { id, card: 'x.y.z', expiresAt: now + 1_000 } })).problem.type,
  ).toBe('id_reused')
  expect((await host.call('rendezvous.offer', { body: { id: newRdv(), card, expiresAt: now } })).problem.type).toBe(
    'rendezvous_expired',
  )
  expect((await read(newRdv())).type).toBe('rendezvous_not_found')
  expect(await say(newRdv(), 'accept', 'a')).toBe('rendezvous_not_found')
})

test('what DynamoDB would delete by its time is deleted here too, and nothing else', async () => {
  const client = new DynamoDBClient({
    endpoint: relay.engineUrl,
    region: 'local',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  const rows = async () =>
    ((await client.send(new ScanCommand({ TableName: 'countersign' }))).Items ?? []).map(({ pk }) => pk?.S ?? '')
  const old = await offer()
  now += 2 * limits.rendezvousMs + 2_000
  const kept = await offer()
  expect(await rows()).toContain(`RDV#${old}`)
  expect(await deleteExpired(client, 'countersign', now)).toBeGreaterThan(0)
  expect((await rows()).filter((pk) => pk.startsWith('RDV#'))).toEqual([`RDV#${kept}`])
  expect((await rows()).some((pk) => pk.startsWith('CLAIM#'))).toBe(true)
  client.destroy()
})
