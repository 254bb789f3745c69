import { expect, test } from 'vitest'
import type { HostSummary } from '#client/list-hosts.ts'
import type { Asked } from '#web/app/model/ask-hosts.ts'
import { hostsToAsk, isSilent, withAsked } from '#web/app/model/ask-hosts.ts'

const host = (at: number | null, online = true) =>
  ({ hostId: 'hst_1', online, lastSeenAt: null, status: at === null ? null : { at } }) as unknown as HostSummary
const none: Asked = new Map()

test('a host that is connected is asked, not too often, and is silent when it has said nothing new in time', () => {
  const now = 1_000_000
  expect(hostsToAsk([host(7), host(7, false)], none, now)).toEqual([host(7)])
  const asked = withAsked(none, host(7), now)
  expect(hostsToAsk([host(7)], asked, now + 44_999)).toEqual([])
  expect(hostsToAsk([host(7)], asked, now + 45_000)).toEqual([host(7)])
  expect(isSilent(host(7), none, now)).toBe(false)
  expect(isSilent(host(7), asked, now + 14_999)).toBe(false)
  expect(isSilent(host(7), asked, now + 15_000)).toBe(true)
  // Its clock is its own: any other word is an answer.
  expect(isSilent(host(6), asked, now + 15_000)).toBe(false)
  expect(isSilent(host(7, false), asked, now + 15_000)).toBe(false)
  expect(isSilent(host(null), withAsked(none, host(null), now), now + 15_000)).toBe(true)
})
