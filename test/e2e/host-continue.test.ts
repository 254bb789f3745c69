import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'

// A task that goes on where another ended: real processes, the agent's own session on its disk, judged on the file system and by the agent's log.
let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

type Logged = { session?: string; id?: string; prompt?: string }
const logged = (): Logged[] =>
  readFileSync(join(world.folder, 'agent.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const known = new Set<string>()
async function approveNext(): Promise<void> {
  const { id } = await world.nextApproval(known)
  known.add(id)
  must(await world.device.decide({ approvalId: id, answer: 'approve', shown: { where: 'app', whole: true } }))
}
async function written(place: 'worktree' | 'project'): Promise<WatchedTask> {
  const task = await world.submit('Say hello. [[act:write]]', { place })
  await approveNext()
  expect(await task.ended).toBe('completed')
  return task
}
const at = (path: string) => join(world.project, path)
const last = (task: WatchedTask) => task.events.all.findLast((event) => event.type === 'state')

test('in the agent’s session, with the new words, and in the worktree, whose ending is the new task’s', async () => {
  const first = await written('worktree')
  const next = await world.submit('And touch it. [[act:run]]', { continues: first.id })
  await approveNext()
  expect(await next.ended).toBe('completed')
  const opened = logged().find(({ session }) => session === 'new')
  expect(logged().findLast(({ prompt }) => prompt !== undefined)?.prompt).toBe('And touch it. [[act:run]]')
  expect(logged().filter(({ session }) => session === 'loaded')).toEqual([expect.objectContaining({ id: opened?.id })])
  expect(existsSync(at('ran.txt'))).toBe(false)

  const gone = await world.submit('apply it', { finish: { task: first.id, how: 'apply' } })
  expect(await gone.ended).toBe('rejected')
  expect(last(gone)).toMatchObject({ code: 'work_not_found' })
  const applied = await world.submit('apply it', { finish: { task: next.id, how: 'apply' } })
  expect(await applied.ended).toBe('completed')
  for (const file of ['hello.txt', 'ran.txt']) {
    expect(existsSync(at(file)), file).toBe(true)
    rmSync(at(file))
  }
})

test('in the project’s folder, and on and on; a session that is forgotten begins anew, and that is said', async () => {
  const first = await written('project')
  const second = await world.submit('Have a look. [[act:talk]]', { continues: first.id })
  expect(await second.ended).toBe('completed')
  rmSync(join(world.folder, 'agent'), { recursive: true })
  const third = await world.submit('And touch it. [[act:run]]', { continues: second.id })
  await approveNext()
  expect(await third.ended).toBe('completed')
  expect(third.events.all).toContainEqual(expect.objectContaining({ type: 'notice', code: 'task_not_found' }))
  expect(existsSync(at('ran.txt'))).toBe(true)
})

test('not of a task that is at work, nor of none', async () => {
  const slow = await world.submit('Wait. [[act:slow]]')
  await slow.events.until((event) => event.type === 'message')
  const early = await world.submit('And?', { continues: slow.id })
  expect(await early.ended).toBe('rejected')
  expect(last(early)).toMatchObject({ code: 'task_not_ended' })
  must(await world.device.sendInput({ hostId: world.hostId, taskId: slow.id, kind: 'cancel' }))
  expect(await slow.ended).toBe('canceled')
  const none = await world.submit('And?', { continues: 'tsk_01KSR49BWXZPBY9JGJ84MWSZKN' })
  expect(await none.ended).toBe('rejected')
  expect(last(none)).toMatchObject({ code: 'task_not_found' })
})
