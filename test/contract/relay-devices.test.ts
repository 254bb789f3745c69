import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDevice, foundTeam, type Team } from '../support/member.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { until } from '../support/wait.ts'

let relay: TestRelay
let team: Team
beforeAll(async () => {
  relay = await startTestRelay()
  team = await foundTeam(relay)
})
afterAll(() => relay.close())

const seen = async (kid: string, by = team.host) =>
  (await by.call('devices.list')).answer.devices.find((device) => device.kid === kid)

test('who of the devices is there, and when each was last, is told to the team and to nobody else', async () => {
  const phone = await addDevice(relay, team)
  expect(await seen(phone.kid)).toEqual({ kid: phone.kid, online: false, lastSeenAt: null, hasPush: false })
  const before = Date.now()
  const wire = await phone.connect()
  if (typeof wire === 'number') throw new Error(String(wire))
  expect(await seen(phone.kid)).toMatchObject({ online: false })
  await wire.ask({ type: 'connection.sync', id: 's' })
  expect(await seen(phone.kid, team.owner)).toMatchObject({ online: true })
  wire.socket.close()
  await wire.closed
  await until(async () => (await seen(phone.kid))?.online === false, { what: 'the device to be gone' })
  expect((await seen(phone.kid))?.lastSeenAt).toBeGreaterThanOrEqual(before)

  const other = await startTestRelay()
  try {
    const strangers = await foundTeam(other)
    expect((await strangers.owner.call('devices.list')).answer.devices.map(({ kid }) => kid)).toEqual([
      strangers.owner.kid,
    ])
  } finally {
    await other.close()
  }
})

test('a connection is told nothing before it has asked for it, and is told everything afterwards, whatever came in between', async () => {
  const phone = await addDevice(relay, team)
  const wire = await phone.connect()
  if (typeof wire === 'number') throw new Error(String(wire))
  const heard = () => wire.frames.filter(({ type }) => type === 'trust.appended').length
  await addDevice(relay, team)
  await wire.ask({ type: 'connection.sync', id: 's' })
  expect(heard()).toBe(0)
  await addDevice(relay, team)
  await until(() => heard() === 1, { what: 'what came after it' })
  wire.socket.close()
})

test('a notice is for hosts to push, and reaches nobody but devices of their team', async () => {
  const push = { id: 'newcomer-x', ct: 'AAAA', wraps: { [team.owner.kid]: 'AAAA' }, ttl: 60, urgency: 'high' as const }
  expect((await team.host.call('notice.push', { body: { push } })).status).toBe(200)
  expect((await team.owner.call('notice.push', { body: { push } })).problem.type).toBe('role_refused')
})
