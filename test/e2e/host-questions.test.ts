import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { kidOfHost, newId } from '#protocol/ids.ts'
import type { Answers } from '#protocol/statements/form.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { makeDecision } from '#trust/decision.ts'
import { sealTo } from '#trust/envelope.ts'

// What an agent wants to know of a person: a form over the relay, signed answers back, judged by what the agent wrote down.
let world: HostWorld
const known = new Set<string>()
const file = () => join(world.project, 'answers.json')
const told = () => JSON.parse(readFileSync(file(), 'utf8')) as unknown
const answers: Answers = [
  { key: 'name', value: 'Spring' },
  { key: 'database', value: 'pg' },
  { key: 'checks', value: ['lint', 'tests'] },
  { key: 'workers', value: 4 },
  { key: 'migrate', value: true },
]

async function asked() {
  const { id } = await world.nextApproval(known)
  known.add(id)
  return must(await world.device.approval(id))
}
const ask = (act: string, more: object = {}) => world.submit(`[[act:${act}]]`, { agent: 'custom', ...more })
const app = { where: 'app', whole: true } as const
const approve = (approvalId: string, given?: Answers) =>
  world.device.decide({ approvalId, answer: 'approve', shown: app, ...(given ? { answers: given } : {}) })

beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world?.close())
beforeEach(() => rmSync(file(), { force: true }))

test('is shown as a form, and the agent is told exactly what was signed', async () => {
  const task = await ask('question')
  const { approval } = await asked()
  expect(approval.operation).toMatchObject({ kind: 'question', driver: 'acp:custom', tier: 1, command: null })
  expect(approval.operation.form?.fields.map(({ key, type }) => `${key} ${type}`)).toEqual([
    'name text',
    'mail text',
    'database one',
    'checks many',
    'workers integer',
    'ratio number',
    'migrate boolean',
  ])
  expect(approval.scopes).toEqual(['once'])
  expect(await approve(approval.id)).toMatchObject({ code: 'decision_answers' })
  expect(await approve(approval.id, [{ key: 'name', value: 'x' }])).toMatchObject({ code: 'decision_answers' })
  must(await approve(approval.id, answers))
  expect(await task.ended).toBe('completed')
  expect(told()).toEqual({ name: 'Spring', database: 'pg', checks: ['lint', 'tests'], workers: 4, migrate: true })
  const words = task.events.all.flatMap((event) =>
    event.type === 'message' && event.role === 'person' ? event.text : [],
  )
  expect(words).toEqual([expect.stringContaining('Checks: lint, tests')])
  const outcomes = task.events.all.flatMap((event) => (event.type === 'receipt' ? [event.outcome] : []))
  expect(outcomes).toEqual(['released', 'executed'])
})

test('answers that another device signs against the form are refused by the host, with a code of their own', async () => {
  const task = await ask('question')
  const { approval, jws } = await asked()
  const { context } = world.device
  const team = must(context.team.need())
  const id = newId('dec', Date.now())
  const bad = [...answers, { key: 'ratio', value: 'half' }]
  const statement = await makeDecision(context.crypto, context.keys, {
    ...{ id, approval, approvalJws: jws, answer: 'approve', shown: app, answers: bad },
    now: Date.now(),
    trustHead: team.head,
  })
  const host = team.keys.get(kidOfHost(world.hostId))
  if (!host) throw new Error('no host')
  const to = [host.keys]
  const sealed = await sealTo(context.crypto, { id, kind: 'decision', from: context.keys, to, statement })
  must(await context.relay.call('approval.decide', { params: { id: approval.id }, body: { id, sealed } }))
  await task.events.until((event) => event.type === 'refused' && event.code === 'decision_answers')
  expect(existsSync(file())).toBe(false)
  must(await approve(approval.id, answers))
  expect(await task.ended).toBe('completed')
  expect(told()).toMatchObject({ name: 'Spring' })
})

test('no is a decline, and taking the task back a cancel', async () => {
  const denied = await ask('question')
  const first = await asked()
  must(await world.device.decide({ approvalId: first.id, answer: 'deny', shown: app }))
  expect(await denied.ended).toBe('completed')
  const canceled = await ask('question')
  await asked()
  must(await world.device.sendInput({ hostId: world.hostId, taskId: canceled.id, kind: 'cancel' }))
  expect(await canceled.ended).toBe('canceled')
  const heard = world.agentLog().flatMap(({ elicited }) => (elicited as { action?: string })?.action ?? [])
  expect(heard.slice(-2)).toEqual(['decline', 'cancel'])
  expect(existsSync(file())).toBe(false)
})

test('without a field it is a yes or no; while planning it is asked too', async () => {
  const task = await ask('question-short', { planFirst: true })
  const { id, approval } = await asked()
  expect(approval.operation.form).toEqual({ message: 'Shall I go on?', fields: [] })
  must(await approve(id, []))
  await task.ended
  expect(told()).toEqual({})
})

test('what can’t be shown whole, and a link, is declined and said', async () => {
  for (const act of ['question-unknown', 'question-link']) {
    const task = await ask(act)
    expect(await task.ended).toBe('completed')
    expect(task.events.all).toContainEqual(expect.objectContaining({ type: 'refused', code: 'operation_invalid' }))
  }
  const heard = world.agentLog().flatMap(({ elicited }) => (elicited as { action?: string })?.action ?? [])
  expect(heard.slice(-2)).toEqual(['decline', 'decline'])
})

test('it waits over a restart of the host, and an answer given meanwhile counts', async () => {
  const task = await ask('question')
  const { id } = await asked()
  await world.stopHost()
  must(await approve(id, answers))
  await world.startHost()
  expect(await task.ended).toBe('completed')
  expect(told()).toMatchObject({ workers: 4 })
  const pending = task.events.all.filter(
    (event) => event.type === 'approval' && event.state === 'pending' && event.request,
  )
  expect(pending).toHaveLength(1)
})
