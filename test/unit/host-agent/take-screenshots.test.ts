import { expect, test } from 'vitest'
import type { AgentEvent } from '#host-agent/agents/driver.ts'
import { type ProgramStart, startProcessGroup } from '#host-agent/agents/process-group.ts'
import { type ScreenshotPorts, takeScreenshots } from '#host-agent/projects/take-screenshots.ts'
import { ok } from '#protocol/errors.ts'

const screenshot = { serve: 'sleep 60', url: 'http://127.0.0.1:9/' }

function setUp(more: Partial<ScreenshotPorts> = {}) {
  const told: AgentEvent[] = []
  const started: ProgramStart[] = []
  const ports: ScreenshotPorts = {
    project: '/tmp',
    environment: { PATH: process.env.PATH },
    async start(program) {
      started.push(program)
      return ok(startProcessGroup(program))
    },
    keepProcess: async () => {},
    tell: (event) => void told.push(event),
    signal: new AbortController().signal,
    pictures: { show: () => expect.unreachable() },
    browser: { path: '/bin/true', roots: [] },
    ...more,
  }
  return { ports, started, notices: () => told.flatMap((event) => (event.type === 'notice' ? [event.text] : [])) }
}

test('without a browser nothing is started, and it is said what to install', async () => {
  const { ports, started, notices } = setUp({ browser: null })
  await takeScreenshots(screenshot, ports)
  expect(started).toEqual([])
  expect(notices()).toEqual([expect.stringContaining('install chromium')])
})

test('a page that never answers is given up, and what served it is ended', async () => {
  const { ports, started, notices } = setUp({ screenshotMs: { answer: 50, picture: 50 } })
  await takeScreenshots(screenshot, ports)
  expect(started).toHaveLength(2)
  expect(notices()).toEqual([expect.stringMatching(/did not answer at http:\/\/127\.0\.0\.1:9\/ .*projects\.yaml/)])
})

test('a browser that leaves no picture is said, and every browser runs apart in a folder of its own', async () => {
  const { ports, started, notices } = setUp({
    async start(program) {
      started.push(program)
      const isServer = program.args[1] === screenshot.serve
      return ok(startProcessGroup(isServer ? program : { ...program, path: '/bin/true', args: [], cwd: '/' }))
    },
  })
  await takeScreenshots(screenshot, ports)
  expect(notices()).toEqual([expect.stringContaining('took no picture of / (390 × 844)')])
  const browser = started.find(({ apart }) => apart)
  expect(browser?.apart?.folder).toBe(browser?.cwd)
  expect(browser?.cwd).not.toBe(ports.project)
})
