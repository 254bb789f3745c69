import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Ending } from '#protocol/statements/task.ts'
import { editsAllowed, type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'
import { suite } from '#test/support/needs.ts'
import { stateOf } from '#test/support/worktree/repository.ts'

// An agent that does something else than it was allowed: found by the files, ended, and let out of its worktree by nobody but a person.
suite('something else than was approved', { needs: ['git'] }, () => {
  let world: HostWorld
  const known = new Set<string>()
  beforeAll(async () => {
    world = await openHostWorld({ policy: editsAllowed })
  })
  afterAll(() => world?.close())

  const next = async () => {
    const { id } = await world.nextApproval(known)
    known.add(id)
    return must(await world.device.approval(id)).approval
  }
  const answer = async (approvalId: string, kind: 'approve' | 'deny' = 'approve') =>
    must(await world.device.decide({ approvalId, answer: kind, gesture: 'read', shown: { where: 'app', whole: true } }))
  const apart = (act: string) => world.submit(`[[act:${act}]]`, { place: 'worktree' })
  const lastState = ({ events }: WatchedTask) => events.all.findLast((event) => event.type === 'state')
  const finish = ({ id }: { id: string }, how: Ending) => world.submit(`${how} it`, { finish: { task: id, how } })
  const deviated = (file: string) => ({ code: 'operation_deviated', detail: expect.stringContaining(file) })

  test.each(['worktree', 'project'] as const)(
    'an edit is compared with what was approved, in the %s',
    async (place) => {
      const task = await world.submit('[[act:deviate]]', { place })
      const { id, operation } = await next()
      expect(operation.files).toEqual([expect.objectContaining({ path: expect.stringMatching(/hello\.txt$/) })])
      await answer(id)
      expect(await task.ended).toBe('failed')
      expect(lastState(task)).toMatchObject(deviated('hello.txt'))
      // What came after it was asked by nobody any more.
      expect(existsSync(join(world.project, 'after.txt'))).toBe(false)
    },
  )

  test('what nobody was asked about is found in a worktree', async () => {
    const task = await apart('unasked')
    expect(await task.ended).toBe('failed')
    expect(lastState(task)).toMatchObject(deviated('unasked.txt'))
  })

  test('a denied command that is run all the same is found by what it changed, and said', async () => {
    const task = await apart('defiant-run')
    await answer((await next()).id, 'deny')
    expect(await task.ended).toBe('failed')
    expect(lastState(task)).toMatchObject(deviated('ran.txt'))
    expect(lastState(task)).toMatchObject({ detail: expect.stringContaining('Denied before: touch ran.txt') })
  })

  test('edits that the policy allows, and the command that was allowed, go on undisturbed', async () => {
    const task = await apart('demo')
    await answer((await next()).id)
    expect(await task.ended).toBe('completed')
    const { approvals } = must(await world.device.context.relay.call('approvals.list', {}))
    expect(approvals.filter(({ state }) => state === 'open')).toEqual([])
  })

  test('to let it out of its worktree is an approval that names the files, whatever the policy says; to keep or discard it is not', async () => {
    const task = await apart('unasked')
    expect(await task.ended).toBe('failed')
    const before = stateOf(world.project)
    const refused = await finish(task, 'apply')
    const asked = await next()
    expect(asked).toMatchObject({ tier: 2, gesture: 'read' })
    expect(asked.operation.files.map(({ path }) => path)).toEqual([join(world.project, 'unasked.txt')])
    await answer(asked.id, 'deny')
    expect(await refused.ended).toBe('rejected')
    expect(stateOf(world.project)).toEqual(before)
    const applied = await finish(task, 'apply')
    await answer((await next()).id)
    expect(await applied.ended).toBe('completed')
    expect(readFileSync(join(world.project, 'unasked.txt'), 'utf8')).toBe('x\n')

    const other = await apart('unasked')
    expect(await other.ended).toBe('failed')
    expect(await (await finish(other, 'discard')).ended).toBe('completed')
  })
})
