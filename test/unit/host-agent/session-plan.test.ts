import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GateAnswer, ToolRequest } from '#host-agent/agents/driver.ts'
import { type SessionPlan, sessionPlan } from '#host-agent/plan/session-plan.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { block, createPlannedProject, wordsOf } from '#test/support/plan/project.ts'

// A task that has to be planned first, without an agent: what is passed on to people, and what becomes of their answers.
let world: ReturnType<typeof createPlannedProject>
let plan: SessionPlan
let approved: Operation | null
let asked: ToolRequest[]
let refused: string[]
let answer: GateAnswer
beforeEach(async () => {
  world = createPlannedProject()
  approved = null
  asked = []
  refused = []
  answer = { answer: 'allow', approvalId: 'apr_1' }
  plan = await sessionPlan({
    project: world.project,
    approved: () => approved,
    async ask(request) {
      asked.push(request)
      if (request.plan && answer.answer === 'allow')
        approved = await world.operationOf({ kind: 'plan', plan: request.plan })
      return answer
    },
    executed() {},
    async open() {},
    refuse: (code) => void refused.push(code),
    hasFence: true,
    snapshots: null,
    base: null,
  })
})
afterEach(() => world.close())

const request = (change: Partial<ToolRequest>): ToolRequest => ({
  kind: 'command',
  driver: 'acp:custom',
  binding: 'fenced',
  input: {},
  command: null,
  edits: [],
  paths: [],
  reads: false,
  unknown: [],
  ...change,
})
const say = (text: string) => plan.hear({ type: 'message', role: 'agent', text })
const propose = (comment: string | null = null) => plan.propose('acp:custom', comment)

test('before its plan is approved only what reads gets to the gate', async () => {
  const edits = [{ path: join(world.project, 'src/a.js'), oldText: null, newText: 'x' }]
  const changes = [
    request({ kind: 'edit', edits }),
    request({ kind: 'delete', paths: [join(world.project, 'legacy')] }),
    ...['npm test', 'rm -rf legacy', 'touch x', 'cat x > y', 'node x.js', 'ls $(id)'].map((command) =>
      request({ command }),
    ),
    request({ kind: 'tool' }),
    request({ kind: 'fetch' }),
    request({ kind: 'plan', input: { plan: 'Go on.' } }),
    request({ kind: 'sandbox', widening: { open: 'write', path: world.project, again: null } }),
  ]
  for (const each of changes) expect(await plan.ask(each)).toEqual({ answer: 'deny', code: 'plan_only' })
  expect([asked, refused.length, plan.writable()]).toEqual([[], changes.length, 'none'])
  for (const each of [request({ kind: 'tool', reads: true }), request({ command: 'ls src' })]) await plan.ask(each)
  expect(asked).toHaveLength(2)
})

test('an agent that asks without end is told of no more than twenty times', async () => {
  for (let n = 0; n < 10_000; n += 1) await plan.ask(request({ kind: 'tool' }))
  expect([asked.length, refused.length]).toEqual([0, 20])
})

test('what was approved opens exactly that, and what is asked for then gets to the gate', async () => {
  say(wordsOf(block))
  expect(await propose()).toEqual({ is: 'approved' })
  expect(asked[0]).toMatchObject({ kind: 'plan', words: 'This is what I would do.', plan: { steps: block.steps } })
  const fence = plan.writable()
  expect(Array.isArray(fence) && fence.some(({ path }) => path === join(world.project, 'src/deep/c.js'))).toBe(true)
  await plan.ask(request({ command: 'npm publish' }))
  expect(asked).toHaveLength(2)
  expect(await plan.look()).toBeNull()
  writeFileSync(join(world.project, 'new-at-the-top.js'), '')
  expect(await plan.look()).toMatchObject({
    state: 'failed',
    code: 'plan_deviated',
    detail: 'Not planned: new-at-the-top.js',
  })
})

test('in one piece or in many, in its words or in the question to leave its plan mode', async () => {
  for (const piece of wordsOf(block)) say(piece)
  expect(await propose()).toEqual({ is: 'approved' })
  approved = null
  await plan.ask(request({ kind: 'plan', input: { plan: wordsOf(block) } }))
  expect(await propose()).toEqual({ is: 'approved' })
})

test('a plan that can’t be read is asked for once more, with the reason', async () => {
  say('I would change some files.')
  const again = await propose()
  expect(again).toMatchObject({ is: 'again', prompt: expect.stringContaining('There is no block') })
  say('Some files, I said.')
  expect(await propose()).toMatchObject({ is: 'over', end: { state: 'failed', code: 'plan_unreadable' } })
  expect(asked).toEqual([])
})

test('what a person says, as an answer or meanwhile, asks for another plan; what was said before it is forgotten', async () => {
  say(wordsOf(block))
  answer = { answer: 'deny', code: null, reason: 'leave legacy' }
  expect(await propose()).toMatchObject({ is: 'again', prompt: expect.stringContaining('leave legacy') })
  say(wordsOf(block))
  expect(await propose('and be quick')).toMatchObject({ is: 'again', prompt: expect.stringContaining('be quick') })
  expect(await propose()).toMatchObject({ is: 'again', prompt: expect.stringContaining('could not be read') })
})

test('a denial ends it, and so do a refusal of the host and a plan to do nothing', async () => {
  const ends: [GateAnswer, object][] = [
    [{ answer: 'deny', code: null }, { state: 'rejected' }],
    [
      { answer: 'deny', code: 'operation_uninspectable' },
      { state: 'rejected', code: 'operation_uninspectable' },
    ],
    [{ answer: 'canceled' }, { state: 'canceled' }],
  ]
  for (const [said, end] of ends) {
    say(wordsOf(block))
    answer = said
    expect(await propose()).toEqual({ is: 'over', end })
  }
  say(wordsOf({ steps: ['Nothing is to be done.'] }))
  expect(await propose()).toEqual({ is: 'over', end: { state: 'completed' } })
})
