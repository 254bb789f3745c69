import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const demo = join(import.meta.dirname, '../../scripts/demo.ts')

type Line = { event: string; [field: string]: unknown }

/** Rejects with what it printed when the demo judges itself as failed. */
async function play(...args: string[]): Promise<Line[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [demo, '--json', ...args])
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

/** The steps of the story, each where it happened first. */
const firsts = (lines: readonly Line[]) => [...new Set(lines.map(({ event }) => event))]

function expectOrder(lines: readonly Line[], ...steps: string[]): void {
  expect(firsts(lines).filter((event) => steps.includes(event))).toEqual(steps)
}

const summary = {
  event: 'summary',
  state: 'completed',
  pushMs: expect.any(Number),
  tapToReleaseMs: expect.any(Number),
  tests: { passed: 1, failed: 0 },
}

test('the whole story: asked by push, released by a tap, executed, tested, completed', async () => {
  const lines = await play()
  // The push and the task's own log come by two ways, and either may be first; whoever has the push may answer before the log tells of the question.
  expectOrder(lines, 'submitted', 'push', 'decided', 'released', 'executed', 'completed', 'summary')
  expectOrder(lines, 'submitted', 'working', 'plan', 'approval', 'released', 'executed', 'completed', 'summary')
  expectOrder(lines, 'executed', 'tests', 'completed')
  expect(lines.at(-1)).toEqual({ ...summary, filesChanged: 4 })
})

test('denied: the folder is still there, and the agent goes on', async () => {
  const lines = await play('--deny')
  expectOrder(lines, 'push', 'decided', 'denied', 'tests', 'completed', 'summary')
  expect(firsts(lines)).not.toContain('released')
  expect(lines.at(-1)).toEqual({ ...summary, filesChanged: 2 })
})

test('a tap while the host is cut off is applied when it is back, once', async () => {
  const lines = await play('--offline')
  expectOrder(lines, 'push', 'cut', 'decided', 'mended', 'released', 'executed', 'completed', 'summary')
})

test('a tap while the host agent is dead is applied when it is started again, once', async () => {
  const lines = await play('--restart')
  expectOrder(lines, 'push', 'killed', 'decided', 'started', 'released', 'executed', 'completed', 'summary')
})

test('a wrong option is a wrong command line', async () => {
  await expect(play('--nonsense')).rejects.toMatchObject({ code: 2 })
})
