import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'

// What a person says to a task is told to its agent: also after a restart, also when the task had no agent yet.
let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

const known = new Set<string>()
async function question(): Promise<string> {
  const { id } = await world.nextApproval(known)
  known.add(id)
  return id
}
const approve = async (approvalId: string) =>
  must(await world.device.decide({ approvalId, answer: 'approve', shown: { where: 'app', whole: true } }))
const say = async ({ id: taskId }: WatchedTask, text: string, kind: 'prompt' | 'cancel' = 'prompt') =>
  must(await world.device.sendInput({ hostId: world.hostId, taskId, kind, ...(kind === 'prompt' ? { text } : {}) }))
const prompts = () => world.agentLog().flatMap(({ prompt }) => (typeof prompt === 'string' ? [prompt] : []))
const times = (text: string) => prompts().filter((prompt) => prompt === text).length
const journal = () => readFileSync(join(world.folder, 'host/journal.jsonl'), 'utf8')
const said = (task: WatchedTask, text: string) =>
  task.events.until((event) => event.type === 'message' && event.role === 'person' && event.text === text)

test('said while it works, and the host agent restarts before its turn ends: the agent is told it, once', async () => {
  const task = await world.submit('Write it. [[act:write]]')
  const approvalId = await question()
  const words = 'And say so. [[act:say]]'
  await say(task, words)
  await said(task, words)
  await world.stopHost()
  expect(journal()).toContain(words)
  expect(times(words)).toBe(0)
  await world.startHost()
  await approve(approvalId)
  expect(await task.ended).toBe('completed')
  expect(times(words)).toBe(1)
  expect(journal()).toContain('"type":"heard"')
  // What was heard is not told again by a later start.
  await world.stopHost()
  await world.startHost()
  expect(times(words)).toBe(1)
})

test('said to a task that waits for a place: it is told when its turn comes', async () => {
  const others: WatchedTask[] = []
  for (let n = 0; n < 8; n += 1) others.push(await world.submit(`Be slow. [[act:slow]] ${n}`))
  for (const other of others) await other.events.until((event) => event.type === 'message' && event.role === 'agent')
  const ninth = await world.submit('Say it. [[act:say]]')
  const words = 'And again. [[act:say]]'
  await say(ninth, words)
  await said(ninth, words)
  expect(ninth.events.all).not.toContainEqual(expect.objectContaining({ type: 'state', state: 'working' }))
  for (const other of others) await say(other, '', 'cancel')
  expect(await ninth.ended).toBe('completed')
  expect(times(words)).toBe(1)
})

test('said while its worktree is made: it is told', async () => {
  const task = await world.submit('Say it. [[act:say]]', { place: 'worktree' })
  const words = 'And once more. [[act:say]]'
  await say(task, words)
  expect(await task.ended).toBe('completed')
  const isSaid = task.events.all.some((event) => event.type === 'message' && event.text === words)
  const isUnheard = task.events.all.some((event) => event.type === 'notice' && event.code === 'unheard')
  // It may be too fast for us; what the log shows as said was told, or is said not to have been.
  expect(times(words)).toBe(isSaid && !isUnheard ? 1 : 0)
})

test('what an agent can’t hear is said not to be heard', async () => {
  const task = await world.submit('touch it', { agent: 'command' })
  const approvalId = await question()
  await say(task, 'and that')
  await task.events.until((event) => event.type === 'notice' && event.code === 'unheard')
  await approve(approvalId)
  expect(await task.ended).toBe('completed')
})
