import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Input } from '#protocol/statements/task.ts'
import { type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'

// Sessions that an agent keeps, listed for a device and gone on with from it: by the agent's own files and what it was told, over the relay.
let world: HostWorld
const soon = { timeout: 30_000 }
const end = (task: WatchedTask) => task.events.all.findLast((event) => event.type === 'state')
async function listed(list: Input['list'] = {}) {
  const kind = 'list-sessions'
  const { id } = must(await world.device.sendInput({ hostId: world.hostId, taskId: null, kind, list }))
  const find = async () =>
    must(await world.device.hosts())[0]?.status?.listings?.find(({ input }) => input === id) ?? null
  await expect.poll(find, soon).not.toBeNull()
  return (await find()) as NonNullable<Awaited<ReturnType<typeof find>>>
}
const said = (text: string) => world.submit(`${text} [[act:say]]`, { place: 'project' })
const opened = () =>
  world.agentLog().flatMap(({ session, id }) => (session === 'new' ? [] : session ? [[session, id]] : []))

describe.each([
  { by: 'session/load', args: ['--lists'], logs: 'loaded' },
  { by: 'session/resume', args: ['--lists', '--resumes'], logs: 'resumed' },
])('by $by', ({ args, logs }) => {
  beforeAll(async () => {
    world = await openHostWorld({
      agentArgs: args,
      host: { environment: { ...process.env, MY_API_KEY: 'hunter2-hunter2' } },
    })
  })
  afterAll(() => world?.close())

  test('are listed newest first, all pages of them, of this project alone, and without secrets', async () => {
    expect(await listed()).toMatchObject({ agent: 'custom', project: world.project, sessions: [] })
    for (const text of ['First', 'Second', 'Third hunter2-hunter2'])
      expect(await (await said(text)).ended).toBe('completed')
    const apart = await world.submit('Apart [[act:write]]', { place: 'worktree' })
    must(
      await world.device.decide({
        approvalId: (await world.nextApproval()).id,
        answer: 'approve',
        shown: { where: 'app', whole: true },
      }),
    )
    expect(await apart.ended).toBe('completed')
    const { sessions, code } = await listed({ agent: 'custom', project: 'project' })
    expect(code).toBeUndefined()
    expect(sessions.map(({ title }) => title?.split(' [[')[0])).toEqual(['Third ⟨secret 1⟩', 'Second', 'First'])
    expect(sessions.every(({ updatedAt = 0 }) => updatedAt > 0)).toBe(true)
  })

  test('go on in the project’s folder with the new words, whatever place was asked for', async () => {
    const [, second] = (await listed()).sessions
    const task = await world.submit('And more [[act:say]]', { session: second?.id ?? '', place: 'worktree' })
    expect(await task.ended).toBe('completed')
    expect(opened().at(-1)).toEqual([logs, second?.id])
    expect(world.agentLog().findLast(({ prompt }) => prompt !== undefined)?.prompt).toBe('And more [[act:say]]')
    expect(task.events.all.filter((event) => event.type === 'notice' && event.code === 'place')).toEqual([])
    expect((await listed()).sessions[0]?.id).toBe(second?.id)
  })

  test('one that the agent does not know is refused: nothing begins', async () => {
    const before = world.agentLog().filter(({ prompt }) => prompt !== undefined).length
    const task = await world.submit('And more [[act:say]]', { session: 'gone' })
    expect(await task.ended).toBe('rejected')
    expect(end(task)).toMatchObject({ code: 'session_unknown' })
    expect(world.agentLog().filter(({ prompt }) => prompt !== undefined)).toHaveLength(before)
  })

  test('agents and projects that are not there, and a locked host, are told by their codes', async () => {
    expect(await listed({ agent: 'nobody' })).toMatchObject({ code: 'agent_unknown', sessions: [] })
    expect(await listed({ project: 'nowhere' })).toMatchObject({ code: 'project_invalid' })
    rmSync(join(world.folder, 'agent'), { recursive: true })
    expect(await listed()).toMatchObject({ code: 'agent_failed' })
    must(await world.device.sendInput({ hostId: world.hostId, taskId: null, kind: 'stop-all' }))
    expect(await listed()).toMatchObject({ code: 'host_locked' })
  })
})

describe('of an agent that can’t', () => {
  beforeAll(async () => {
    world = await openHostWorld()
  })
  afterAll(() => world?.close())

  test('none are listed, and the host’s own commands have none to go on in', async () => {
    expect(await listed()).toMatchObject({ code: 'sessions_unsupported', sessions: [] })
    expect(await listed({ agent: 'command' })).toMatchObject({ code: 'sessions_unsupported' })
    const task = await world.submit('true', { agent: 'command', session: 'any' })
    expect(await task.ended).toBe('rejected')
    expect(end(task)).toMatchObject({ code: 'sessions_unsupported' })
  })
})
