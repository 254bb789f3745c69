import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '#link/clock.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'

// A machine whose clock is a day off: a person sees it and what to do, nothing is approved by accident, and with the clock set right it goes on as before.
const day = 24 * 3_600_000
let world: HostWorld
/** How much the host's clock is off; its timers run as ever. */
let off = 0
const clock = { ...systemClock, now: () => Date.now() + off }

beforeAll(async () => {
  world = await openHostWorld({ host: { clock } })
})
afterAll(() => world.close())

const command = (text: string) => world.submit(text, { agent: 'command' })
const made = (name: string) => existsSync(join(world.project, name))
const decide = (approvalId: string, answer: 'approve' | 'deny') =>
  world.device.decide({ approvalId, answer, shown: { where: 'app', whole: true } })

async function worksAgain(name: string): Promise<void> {
  const task = await command(`mkdir ${name}`)
  must(await decide((await world.nextApproval()).id, 'approve'))
  expect(await task.ended).toBe('completed')
  expect(made(name)).toBe(true)
}

test.each([
  ['while it runs', async () => {}],
  [
    'from its start',
    async () => {
      await world.stopHost()
      await world.startHost()
    },
  ],
])(
  'a day behind, %s: the task says at once that the host’s clock is wrong, and nothing runs; set right, it works',
  async (when, begin) => {
    off = -day
    await begin()
    const name = `behind-${when.replaceAll(' ', '-')}`
    const task = await command(`mkdir ${name}`)
    expect(await task.ended).toBe('rejected')
    expect(task.events.all.findLast((event) => event.type === 'state')).toMatchObject({ code: 'host_clock_wrong' })
    // No card is left that could be tapped later.
    expect(must(await world.device.approvals()).cards.filter(({ state }) => state === 'open')).toEqual([])
    expect(made(name)).toBe(false)
    off = 0
    await worksAgain(`again-${name}`)
    expect(made(name)).toBe(false)
  },
)

test('a day ahead: the device says that a clock is wrong and approves nothing; it can deny; set right, it works', async () => {
  off = day
  const task = await command('mkdir tomorrow')
  const asked = await world.nextApproval()
  expect(await decide(asked.id, 'approve')).toMatchObject({ ok: false, code: 'clock_wrong' })
  must(await decide(asked.id, 'deny'))
  expect(await task.ended).toBe('rejected')
  off = 0
  await worksAgain('today')
  expect(made('tomorrow')).toBe(false)
})

test('what was approved before the clock jumped is released by no wrong time: it has expired, and is asked anew', async () => {
  const task = await command('mkdir jumped')
  const asked = await world.nextApproval()
  await world.stopHost()
  must(await decide(asked.id, 'approve'))
  off = 2 * day
  await world.startHost()
  const again = await world.nextApproval(new Set([asked.id]))
  expect(must(await world.device.approval(asked.id)).receipt).toMatchObject({ outcome: 'expired' })
  expect(made('jumped')).toBe(false)
  must(await decide(again.id, 'deny'))
  expect(await task.ended).toBe('rejected')
  off = 0
  await worksAgain('after')
  expect(made('jumped')).toBe(false)
})
