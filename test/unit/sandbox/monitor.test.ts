import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createMonitor } from '#host-agent/sandbox/caps/monitor.ts'
import type { Violation } from '#host-agent/sandbox/violation.ts'

// What the kernel does to one program is told by a counter alone; whoever started it lives on.
test.skipIf(process.platform !== 'linux')(
  'what the kernel ends for its cap is told while the rest lives on, and once',
  async () => {
    const told: Violation[] = []
    let kills = 0
    const kept = { cpu: true, memory: true, memoryKills: () => kills }
    const caps = { cpuPercent: null, memoryBytes: 1024 ** 3, diskWriteBytes: null }
    const monitor = createMonitor(caps, kept, (violation) => told.push(violation))
    const child = spawn('sleep', ['60'])
    monitor.watch(child.pid as number, 1)
    kills = 2
    await expect
      .poll(() => told, { timeout: 20_000 })
      .toEqual([{ code: 'sandbox_memory_exceeded', detail: '2 ended by the kernel' }])
    expect(child.exitCode).toBeNull()
    child.kill()
    await once(child, 'exit')
    expect(monitor.forget(child.pid as number)).toMatchObject({ wasEnded: true })
    expect(told).toHaveLength(1)
    monitor.close()
  },
)

test.skipIf(process.platform !== 'linux')('a kill that is seen only at the end is told then', async () => {
  const told: Violation[] = []
  let kills = 0
  const monitor = createMonitor(
    { cpuPercent: null, memoryBytes: 1024 ** 3, diskWriteBytes: null },
    { cpu: true, memory: true, memoryKills: () => kills },
    (violation) => told.push(violation),
  )
  monitor.watch(process.pid, 1)
  kills = 1
  expect(monitor.forget(process.pid)).toMatchObject({ wasEnded: true })
  expect(told).toHaveLength(1)
  monitor.close()
})
