import { expect, test } from 'vitest'
import { createUsageTeller } from '#host-agent/relay/tell-usage.ts'
import { noCaps } from '#host-agent/sandbox/caps/caps.ts'
import type { SandboxSummary } from '#host-agent/sandbox/status.ts'
import { handClock } from '../../support/hand-clock.ts'

function setUp() {
  const now = { isActive: false, isIsolated: true, cpuPercent: 0, memoryBytes: 0, diskWriteBytes: 0, caps: noCaps }
  const clock = handClock()
  let told = 0
  const teller = createUsageTeller(
    clock,
    (): SandboxSummary => ({ ...now }),
    () => {
      told += 1
    },
  )
  return { now, clock, teller, told: () => told }
}

test('while work goes on, devices hear what is used when it reads differently, and when it is over', () => {
  const { now, clock, teller, told } = setUp()
  teller.setBusy(true)
  Object.assign(now, { isActive: true, cpuPercent: 45 })
  clock.advance(5_000)
  expect(told()).toBe(1)
  now.cpuPercent = 45.2
  clock.advance(60_000)
  expect(told()).toBe(1)
  now.memoryBytes = 2 * 1024 ** 3
  clock.advance(5_000)
  expect(told()).toBe(2)
  Object.assign(now, { isActive: false, cpuPercent: 0, memoryBytes: 0 })
  teller.setBusy(false)
  expect(told()).toBe(3)
  expect(clock.nextInMs()).toBeNull()
})

test('without work nothing is looked at and nothing told', () => {
  const { now, clock, teller, told } = setUp()
  now.isActive = true
  teller.setBusy(false)
  expect(clock.nextInMs()).toBeNull()
  clock.advance(60_000)
  expect(told()).toBe(0)
})
