import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { editsAllowed, type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'
import { git, stateOf } from '#test/support/worktree/repository.ts'

// Tasks that work apart from the project: judged on the file system and by git itself.
let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld({ policy: editsAllowed })
})
afterAll(() => world.close())

const known = new Set<string>()
async function answer(kind: 'approve' | 'deny'): Promise<string> {
  const { id } = await world.nextApproval(known)
  known.add(id)
  must(await world.device.decide({ approvalId: id, answer: kind, shown: { where: 'app', whole: true } }))
  return id
}
const apart = (act: string) => world.submit(`Do it. [[act:${act}]]`, { place: 'worktree' })
const branches = () =>
  git(world.project, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/countersign').split('\n').filter(Boolean)
const said = ({ events }: WatchedTask, code: string) =>
  events.all.flatMap((event) => (event.type === 'notice' && event.code === code ? [event.text] : []))
const worktrees = (): string[] => {
  const folder = join(world.folder, 'worktrees')
  return existsSync(folder) ? readdirSync(folder) : []
}
const rootOf = ({ id }: WatchedTask) => join(world.folder, 'worktrees', id.slice(-10).toLowerCase(), 'project')
const waiting = async () => must(await world.device.hosts())[0]?.status?.worktrees ?? []

test('an agent works on a branch of its own; the project keeps its files, also those that are not committed', async () => {
  writeFileSync(join(world.project, 'draft.txt'), 'mine\n')
  writeFileSync(join(world.project, 'legacy/README.md'), 'changed\n')
  const before = stateOf(world.project)
  const task = await apart('write')
  await answer('approve')
  expect(await task.ended).toBe('completed')
  expect(said(task, 'place')[0]).toMatch(/on the branch countersign\/.*uncommitted in the project \(2 files\)/)
  const [branch = ''] = branches()
  expect(branch).toBe(`countersign/${task.id.slice(-10).toLowerCase()}`)
  expect(existsSync(join(world.project, 'hello.txt'))).toBe(false)
  const [folder = ''] = worktrees()
  const root = join(world.folder, 'worktrees', folder, 'project')
  expect(readFileSync(join(root, 'hello.txt'), 'utf8')).toBe('hello\n')
  expect(existsSync(join(root, 'draft.txt'))).toBe(false)
  const diff = task.events.all.findLast((event) => event.type === 'diff')
  expect(diff).toMatchObject({ total: 1, files: [{ path: 'hello.txt', change: 'add' }] })
  const { status, head, stash, whole } = stateOf(world.project)
  expect({ status, head, stash, whole }).toEqual({
    status: before.status,
    head: before.head,
    stash: before.stash,
    whole: before.whole,
  })
  await expect.poll(waiting, { timeout: 20_000 }).toEqual([{ task: task.id, project: 'project', branch }])
  git(world.project, 'worktree', 'remove', '--force', root)
  git(world.project, 'branch', '-D', branch)
  git(world.project, 'checkout', '--', '.')
  rmSync(join(world.project, 'draft.txt'))
})

test('where nothing was changed, nothing stays', async () => {
  const before = stateOf(world.project)
  const task = await apart('say')
  expect(await task.ended).toBe('completed')
  expect(stateOf(world.project)).toEqual(before)
  expect(worktrees().filter((name) => task.id.toLowerCase().endsWith(name))).toEqual([])
})

test('after a restart of the host agent a task goes on in its worktree', async () => {
  const task = await apart('demo')
  const { id } = await world.nextApproval(known)
  known.add(id)
  await world.stopHost()
  await world.startHost()
  // The agent goes on where it was, and asks the same again.
  must(await world.device.decide({ approvalId: id, answer: 'approve', shown: { where: 'app', whole: true } }))
  expect(await task.ended).toBe('completed')
  const root = rootOf(task)
  expect(readFileSync(join(root, 'src/greet.js'), 'utf8')).toContain('name')
  expect([existsSync(join(root, 'legacy')), existsSync(join(world.project, 'legacy'))]).toEqual([false, true])
  expect(stateOf(world.project)).toMatchObject({ status: '', whole: '' })
})

test('a worktree that was removed by hand is said to be, and the repository is whole', async () => {
  const task = await apart('write')
  const { id } = await world.nextApproval(known)
  known.add(id)
  await world.stopHost()
  rmSync(rootOf(task), { recursive: true })
  await world.startHost()
  expect(await task.ended).toBe('failed')
  expect(task.events.all).toContainEqual(expect.objectContaining({ type: 'state', code: 'worktree_broken' }))
  expect(stateOf(world.project)).toMatchObject({ status: '', whole: '' })
})
