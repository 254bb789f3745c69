import { beforeEach, expect, test } from 'vitest'
import { openPushText } from '#client/open-push.ts'
import { fatigueLimits } from '#host-agent/approvals/fatigue.ts'
import { createEndedTeller } from '#host-agent/tasks/tell-ended.ts'
import type { PushParts } from '#protocol/envelope.ts'
import { hostIdOf, newId } from '#protocol/ids.ts'
import type { TaskState } from '#protocol/records.ts'
import type { TaskRequest } from '#protocol/statements/task.ts'
import { handClock } from '#test/support/hand-clock.ts'
import { pushText } from '#trust/push.ts'
import { makeAddDevice, readLog } from '#trust/trust-log.ts'
import { contextOf, crypto, foundTeam, must, newKeys, relayOf } from '../client/team-world.ts'

const secret = 'swordfish-swordfish'
let pushed: PushParts[]
beforeEach(() => {
  pushed = []
})

/** Ada's phone and host, and a colleague's phone. */
async function world() {
  const { device, host, team: alone } = await foundTeam()
  const colleague = await newKeys()
  const now = Date.now()
  const rights = { person: newId('per', now), role: 'approver', hosts: '*', maxTier: 3 } as const
  const added = await makeAddDevice(crypto, device, alone, { device: colleague.keys, rights, now })
  const team = must(await readLog(crypto, [...alone.entries, added]))
  const clock = handClock()
  const relay = relayOf({ 'notice.push': ({ body }) => pushed.push((body as { push: PushParts }).push) })
  const hostId = hostIdOf(host.keys.kid)
  const pin = { state: () => team } as never
  const tell = createEndedTeller({
    ...{ crypto, keys: host, clock, hostId, relay, log: () => {}, team: pin, knownSecrets: [secret] },
  })
  const task = (text: string, more: Partial<TaskRequest> = {}) => ({
    id: newId('tsk', now),
    from: device.keys.kid,
    request: { text, ...more } as TaskRequest,
  })
  return { device, colleague, team, hostId, clock, tell, task }
}

test('who asked for a task hears that it is over, and nobody else; the relay reads none of it', async () => {
  const { device, colleague, team, hostId, tell, task } = await world()
  const asked = task(`Mend the build with ${secret}\nand say why`)
  await tell(asked, 'failed', 'greetings')
  const [push] = pushed
  expect(pushed).toHaveLength(1)
  expect(Object.keys(push?.wraps ?? {})).toEqual([device.keys.kid])
  expect(JSON.stringify(push)).not.toContain('greetings')
  const context = await contextOf(device, team, relayOf({}))
  const text = (push && pushText(push, device.keys.kid)) ?? ''
  expect(must(await openPushText(context, text))).toMatchObject({
    kind: 'ended',
    ended: { host: hostId, task: asked.id, state: 'failed', title: 'Mend the build with ⟨secret 1⟩' },
  })
  await tell({ ...asked, from: colleague.keys.kid }, 'completed', 'greetings')
  expect(Object.keys(pushed[1]?.wraps ?? {})).toEqual([colleague.keys.kid])
})

test.each<[string, TaskState | null, Partial<TaskRequest>]>([
  ['a task that a person ended', 'canceled', {}],
  ['a task that goes on', 'working', {}],
  ['a log of which nothing is known', null, {}],
  ['work that was put away as wanted', 'completed', { finish: { task: newId('tsk', 1), how: 'apply' } as never }],
])('%s is no news', async (_, state, request) => {
  const { tell, task } = await world()
  await tell(task('Mend the build', request), state, 'greetings')
  expect(pushed).toEqual([])
})

test('a long first line is cut with a sign, a device that is not of the team hears nothing', async () => {
  const { device, team, tell, task } = await world()
  await tell(task('🦜'.repeat(300)), 'completed', 'x'.repeat(300))
  const [push] = pushed
  const opened = must(
    await openPushText(await contextOf(device, team, relayOf({})), (push && pushText(push, device.keys.kid)) ?? ''),
  )
  expect(opened).toMatchObject({ kind: 'ended', ended: { title: expect.stringMatching(/🦜…$/u) } })
  await tell({ ...task('Mend'), from: 'B'.repeat(43) }, 'completed', 'greetings')
  expect(pushed).toHaveLength(1)
})

test('a person is not worn down: in ten minutes no more than one session may ask', async () => {
  const { clock, tell, task } = await world()
  for (let more = fatigueLimits.pushes + 5; more > 0; more -= 1) await tell(task('Mend'), 'completed', 'greetings')
  expect(pushed).toHaveLength(fatigueLimits.pushes)
  clock.advance(fatigueLimits.pushWindowMs)
  await tell(task('Mend'), 'completed', 'greetings')
  expect(pushed).toHaveLength(fatigueLimits.pushes + 1)
})
