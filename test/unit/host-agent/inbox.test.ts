import { afterEach, beforeEach, expect, test } from 'vitest'
import { createInbox } from '#host-agent/relay/inbox.ts'
import type { Tasks } from '#host-agent/tasks/tasks.ts'
import { ok } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import type { InboxItem } from '#protocol/records.ts'
import { type GateWorld, openGateWorld } from '#test/support/gate-world.ts'
import { NOW, newTeam } from '#test/support/trust-world.ts'

let host: GateWorld
beforeEach(async () => {
  host = await openGateWorld(await newTeam())
})
afterEach(() => host.close())

const madeUp = (n: number): InboxItem => ({ kind: 'trust', id: newId('inb', NOW), n, entry: 'a.b.c', at: NOW })

test('a relay that makes up thousands of items causes one look at the trust log, and what comes afterwards another', async () => {
  const { team } = host.context
  let looks = 0
  const sync: typeof team.sync = async () => {
    looks += 1
    return ok(undefined) as never
  }
  const inbox = createInbox(
    { ...host.context, team: { ...team, sync } },
    { gate: host.gate, tasks: {} as Tasks, request: async () => ok({}) as never, ping() {} },
  )
  const flood = Array.from({ length: 1_000 }, (_, n) => inbox.take([madeUp(n), madeUp(n + 1)], false))
  await Promise.all(flood)
  expect(looks).toBe(1)
  await inbox.take([madeUp(1)], false)
  expect(looks).toBe(2)
})
