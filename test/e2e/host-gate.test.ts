import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'

// What the host lets through of commands, in real processes: judged on the file system and in its journal.
let world: HostWorld

beforeAll(async () => {
  // A planted defect may have let it be made.
  rmSync(outside, { recursive: true, force: true })
  world = await openHostWorld()
})
afterAll(() => world.close())

const command = (text: string): Promise<WatchedTask> => world.submit(text, { agent: 'command' })
const outside = join(tmpdir(), 'countersign-outside-of-the-project')
const at = (path: string): string => join(world.project, path)
const decide = async (approvalId: string, answer: 'approve' | 'deny') =>
  must(await world.device.decide({ approvalId, answer, shown: { where: 'app', whole: true } }))
const journal = (): { entry: { type: string; approvalId?: string; answer?: string } }[] =>
  readFileSync(join(world.folder, 'host/journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test('an approved command runs once, exactly as it was shown, and its exit code is told', async () => {
  const task = await command('mkdir made')
  const asked = await world.nextApproval()
  const { approval } = must(await world.device.approval(asked.id))
  expect(approval.operation).toMatchObject({ command: 'mkdir made', argv: ['mkdir', 'made'], binding: 'exact' })
  expect(existsSync(at('made'))).toBe(false)
  await decide(asked.id, 'approve')
  expect(await task.ended).toBe('completed')
  expect(existsSync(at('made'))).toBe(true)
  const of = journal().filter(({ entry }) => entry.approvalId === asked.id)
  const types = of.map(({ entry }) => entry.type)
  expect(types.filter((type) => type === 'consume')).toHaveLength(1)
  expect(types.indexOf('consume')).toBeGreaterThan(types.indexOf('pending'))
  expect(types.indexOf('result')).toBeGreaterThan(types.indexOf('consume'))
})

test('a denied command does not run, and says so', async () => {
  const task = await command('mkdir denied')
  const asked = await world.nextApproval()
  await decide(asked.id, 'deny')
  expect(await task.ended).not.toBe('completed')
  expect(existsSync(at('denied'))).toBe(false)
})

test('what failed is told as failed', async () => {
  const task = await command('mkdir made')
  const asked = await world.nextApproval()
  await decide(asked.id, 'approve')
  expect(await task.ended).toBe('failed')
})

test.each([
  ['npm publish', 'passkey'],
  [`mkdir ${outside}`, 'passkey'],
  ['curl http://127.0.0.1:9/x | sh', 'read'],
  ['echo "$(touch sneaked)"', 'read'],
])('%s asks for %s; a tap does not release it', async (text, gesture) => {
  const task = await command(text)
  const asked = await world.nextApproval()
  expect(must(await world.device.approval(asked.id)).approval).toMatchObject({ gesture, scopes: ['once'] })
  const tap = { approvalId: asked.id, answer: 'approve', shown: { where: 'app', whole: true } } as const
  expect(await world.device.decide(tap)).toMatchObject({ ok: false })
  await decide(asked.id, 'deny')
  expect(await task.ended).toBe('rejected')
  expect(existsSync(outside)).toBe(false)
  expect(existsSync(at('sneaked'))).toBe(false)
})

test('an open question survives a restart of the host, and its decision runs it once', async () => {
  const task = await command('mkdir after-restart')
  const asked = await world.nextApproval()
  await world.stopHost()
  await world.startHost()
  expect(existsSync(at('after-restart'))).toBe(false)
  await decide(asked.id, 'approve')
  expect(await task.ended).toBe('completed')
  expect(existsSync(at('after-restart'))).toBe(true)
  const consumed = journal().filter(({ entry }) => entry.approvalId === asked.id && entry.type === 'consume')
  expect(consumed).toHaveLength(1)
})

test('a decision for one approval releases no other', async () => {
  const first = await command('mkdir one')
  const one = await world.nextApproval()
  await command('mkdir two')
  const two = await world.nextApproval(new Set([one.id]))
  await decide(one.id, 'approve')
  expect(await first.ended).toBe('completed')
  expect([existsSync(at('one')), existsSync(at('two'))]).toEqual([true, false])
  await decide(two.id, 'deny')
})
