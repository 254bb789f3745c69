import { expect, test } from 'vitest'
import { readHostView } from '#client/list-hosts.ts'
import { hostIdOf } from '#protocol/ids.ts'
import { appendEntry, makeRemoveKey } from '#trust/trust-log.ts'
import { contextOf, crypto, foundTeam, must, relayOf } from './team-world.ts'

test('the last word of a host that was unpaired does not bring it back', async () => {
  const { device, host, team } = await foundTeam()
  const view = { hostId: hostIdOf(host.keys.kid), online: false, lastSeenAt: 1, status: null }
  const before = await contextOf(device, team, relayOf({}))
  expect(await readHostView(before, view)).toMatchObject({ hostId: view.hostId })
  const removed = await makeRemoveKey(crypto, device, team, { kid: host.keys.kid, now: Date.now() })
  const after = await contextOf(device, must(await appendEntry(crypto, team, removed)), relayOf({}))
  expect(await readHostView(after, view)).toBeNull()
})
