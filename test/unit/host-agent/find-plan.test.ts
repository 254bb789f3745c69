import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApprovalMemory } from '#host-agent/journal/memory.ts'
import { findPlan } from '#host-agent/plan/find-plan.ts'
import { evaluatePolicy } from '#host-agent/policy/evaluate-policy.ts'
import { readPolicy } from '#host-agent/policy/policy.ts'
import type { Terms } from '#host-agent/policy/terms.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { createPlannedProject, wordsOf } from '#test/support/plan/project.ts'
import { must, NOW, newTeam, type World } from '#test/support/trust-world.ts'
import { type Standing, stillMay } from '#trust/still-may.ts'

// Which plan lets an operation through: the one of its task, that people who belong to the team approved on terms that are enough for it.
let team: World
const standing = (): Standing => ({ team: team.team, leases: [], now: NOW })
let world: ReturnType<typeof createPlannedProject>
let plan: Operation
let planned: Operation
beforeAll(async () => {
  team = await newTeam()
  world = createPlannedProject()
  plan = await world.plan()
  planned = await world.command('npm test')
})
afterAll(() => world.close())

const asked = (change: Partial<ApprovalMemory> = {}, terms: Partial<Approval> = {}): ApprovalMemory => ({
  id: 'apr_1',
  taskId: 'tsk_1',
  session: 'tsk_1',
  digest: '',
  approval: { operation: plan, gesture: 'tap', quorum: { persons: 1 }, ...terms } as Approval,
  statement: '',
  body: '',
  askedAt: 0,
  posted: true,
  decisions: [{ device: team.owner.keys.kid, decision: '', code: null }],
  consumed: 'approve',
  consumedAt: NOW,
  counted: [],
  result: null,
  settled: null,
  ...change,
})
const find = (approvals: ApprovalMemory[], operation = planned, terms: Terms = {}) =>
  findPlan(
    { approvals: new Map(approvals.map((each) => [each.id, each])) },
    { operation, taskId: 'tsk_1', terms, may: (...of) => stillMay(standing(), ...of) },
  )?.id ?? null

test('an approved plan of the task lets through what it names, and nothing else', async () => {
  expect(find([asked()])).toBe('apr_1')
  expect(find([asked()], await world.command('npm publish'))).toBeNull()
  expect(find([])).toBeNull()
})

test('one that was denied, waits, is of another task or is no plan lets nothing through', async () => {
  for (const consumed of ['deny', 'report', null] as const) expect(find([asked({ consumed })])).toBeNull()
  expect(find([asked({ taskId: 'tsk_2' })])).toBeNull()
  expect(find([asked({ taskId: null })])).toBeNull()
  expect(find([asked({}, { operation: planned })])).toBeNull()
})

test('the last one that was approved counts, alone', async () => {
  const narrower = await world.plan(wordsOf({ modify: ['src/a.js'] }))
  const both = [asked(), asked({ id: 'apr_2' }, { operation: narrower })]
  expect(find(both)).toBeNull()
  expect(find(both, await world.edit('src/a.js'))).toBe('apr_2')
})

test('who approved it has to belong to the team still', () => {
  const stranger = { device: 'A'.repeat(43), decision: '', code: null }
  expect(find([asked({ decisions: [stranger] })])).toBeNull()
  expect(find([asked({ decisions: [...asked().decisions, stranger] })])).toBeNull()
  expect(find([asked({ decisions: [] })])).toBeNull()
  expect(find([asked({ decisions: [...asked().decisions, { ...stranger, code: 'decision_signature' }] })])).toBe(
    'apr_1',
  )
})

test('only those count on whom it was spent: what came besides, and was never judged, neither helps nor harms', () => {
  const owner = team.owner.keys.kid
  const stranger = { device: 'A'.repeat(43), decision: '', code: null }
  expect(find([asked({ counted: [owner], decisions: [...asked().decisions, stranger] })])).toBe('apr_1')
  expect(find([asked({ counted: [stranger.device] })])).toBeNull()
})

test('what the policy wants more of people for is asked for by itself', () => {
  const more: Terms[] = [
    { gesture: 'hold' },
    { persons: 2 },
    { groups: ['leads'] },
    { once: true },
    { notRequester: true },
    { escalate: [{ to: 'leads', afterMinutes: 0 }] },
  ]
  for (const terms of more) expect(find([asked()], planned, terms), JSON.stringify(terms)).toBeNull()
  const strict = { persons: 2, groups: [{ name: 'leads', persons: [] }], without: 'per_1' }
  const steps = [{ at: 0, group: { name: 'leads', persons: [] } }]
  const approval = { gesture: 'hold', quorum: strict, steps } as unknown as Approval
  for (const terms of more)
    expect(find([asked({}, approval)], planned, terms), JSON.stringify(terms)).toBe(terms.once ? null : 'apr_1')
})

test('no rule of the policy approves a plan by the files that it names', async () => {
  const { policy } = must(await readPolicy('version: 1\nrules:\n  - match: { path: "**" }\n    verdict: allow\n'))
  const where = { agent: 'custom', project: world.project, branch: null, now: 0 }
  expect(evaluatePolicy(policy, await world.edit('src/a.js'), where).verdict).toBe('allow')
  expect(evaluatePolicy(policy, plan, where).verdict).toBe('ask')
})
