import { expect, test } from 'vitest'
import { noCaps } from '#host-agent/sandbox/caps/caps.ts'
import { mostOf, readMachine } from '#host-agent/sandbox/most.ts'
import { type SandboxStatus, summarize } from '#host-agent/sandbox/status.ts'

const GB = 1024 ** 3
const machine = { memoryBytes: 16 * GB, diskBytes: 500 * GB }
const sandbox = (caps: Partial<SandboxStatus['caps']>): SandboxStatus => ({
  id: 'a',
  project: '/p',
  isIsolated: true,
  firewallStrict: false,
  cpuPercent: 1,
  memoryBytes: 1,
  diskWriteBytes: 1,
  processes: 1,
  caps: { ...noCaps, ...caps },
  heldBy: 'monitor',
  violations: 0,
})

test('sandboxes together can take the sum of their caps; one without a cap lets them take what there is', () => {
  const capped = sandbox({ cpuPercent: 30, memoryBytes: 4 * GB })
  const { caps } = summarize([capped, capped])
  expect(mostOf(caps, machine)).toEqual({
    cpuPercent: { value: 60, isCap: true },
    memoryBytes: { value: 8 * GB, isCap: true },
    diskWriteBytes: { value: 500 * GB, isCap: false },
  })
  const { memoryBytes } = mostOf(summarize([capped, sandbox({})]).caps, machine)
  expect(memoryBytes).toEqual({ value: 16 * GB, isCap: false })
})

test('caps beyond the machine are no caps', () => {
  const { caps } = summarize(Array.from({ length: 5 }, () => sandbox({ cpuPercent: 80, memoryBytes: 4 * GB })))
  expect(mostOf(caps, machine)).toMatchObject({
    cpuPercent: { value: 100, isCap: false },
    memoryBytes: { value: 16 * GB, isCap: false },
  })
})

test('a machine has memory and a disk', () => {
  const { memoryBytes, diskBytes } = readMachine('/')
  expect(memoryBytes).toBeGreaterThan(0)
  expect(diskBytes).toBeGreaterThan(0)
})
