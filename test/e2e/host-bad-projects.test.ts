import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDemoProject } from '#test/support/agents/demo-project.ts'
import { type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'
import { git, stateOf } from '#test/support/worktree/repository.ts'
import { startProgram } from '../../scripts/program.ts'

// Projects in a bad state, and a policy with a typo: each ends with a state that says why, and what was there is whole.
let world: HostWorld
const at = (name: string) => join(world.folder, name)
const hugeFiles = 50_000
const known = new Set<string>()

beforeAll(async () => {
  world = await openHostWorld()
  mkdirSync(at('plain'))
  for (const name of ['dirty', 'broken', 'huge']) createDemoProject(at(name))
  writeFileSync(join(at('plain'), 'mine.txt'), 'mine\n')
  rmSync(join(at('broken'), '.git'), { recursive: true })
  writeFileSync(join(at('broken'), '.git'), 'gitdir: /nowhere/at/all\n')
  for (let n = 0; n < hugeFiles; n += 1) {
    const folder = join(at('huge'), `many-${Math.floor(n / 500)}`)
    if (n % 500 === 0) mkdirSync(folder)
    writeFileSync(join(folder, `${n}.txt`), `${n}\n`)
  }
  // Else git packs it in the background while it is looked at.
  git(at('huge'), 'config', 'gc.auto', '0')
  git(at('huge'), 'add', '--all')
  git(at('huge'), 'commit', '--quiet', '--message', 'Many')
  await world.stopHost()
  await world.startHost({ projects: [world.project, ...['plain', 'dirty', 'broken', 'huge'].map(at)] })
}, 240_000)
afterAll(() => world?.close())

const write = (project: string, place: 'project' | 'worktree' = 'project') =>
  world.submit('[[act:write]]', { agent: 'custom', project, place })
async function next(): Promise<string> {
  const { id } = await world.nextApproval(known)
  known.add(id)
  return id
}
const approve = async (approvalId: string) =>
  must(await world.device.decide({ approvalId, answer: 'approve', shown: { where: 'app', whole: true } }))
const rootOf = ({ id }: WatchedTask) => join(world.folder, 'worktrees', id.slice(-10).toLowerCase(), 'project')
const said = ({ events }: WatchedTask, code: string) =>
  events.all.flatMap((event) => (event.type === 'notice' && event.code === code ? [event.text] : []))
const lastState = ({ events }: WatchedTask) => events.all.findLast((event) => event.type === 'state')
const diffOf = ({ events }: WatchedTask) => events.all.findLast((event) => event.type === 'diff')
async function discard({ id }: WatchedTask): Promise<string> {
  const finish = { task: id, how: 'discard' as const }
  const { head } = must(await world.device.submitTask({ hostId: world.hostId, text: 'Discard', finish }))
  return must(await world.device.watchTask({ taskId: head.id, onEvents: () => {} }))
}

test.each(['project', 'worktree'] as const)(
  'a folder without git, for a task in a %s: it works there, and says what is missing',
  async (place) => {
    const task = await write(at('plain'), place)
    await approve(await next())
    expect(await task.ended).toBe('completed')
    expect(said(task, 'project_invalid')[0]).toMatch(/not a git repository/)
    if (place === 'worktree') expect(said(task, 'place')[0]).toMatch(/works in its folder/)
    expect(readFileSync(join(at('plain'), 'mine.txt'), 'utf8')).toBe('mine\n')
    rmSync(join(at('plain'), 'hello.txt'))
  },
)

test('a dirty project: only what the task changed is shown as its change, and the rest stays as it was', async () => {
  writeFileSync(join(at('dirty'), 'draft.txt'), 'mine\n')
  writeFileSync(join(at('dirty'), 'legacy/README.md'), 'changed by me\n')
  git(at('dirty'), 'add', 'legacy/README.md')
  writeFileSync(join(at('dirty'), 'legacy/README.md'), 'and again\n')
  const before = stateOf(at('dirty'))
  const task = await write(at('dirty'))
  await approve(await next())
  expect(await task.ended).toBe('completed')
  expect(diffOf(task)).toMatchObject({ total: 1, files: [{ path: 'hello.txt', change: 'add' }] })
  rmSync(join(at('dirty'), 'hello.txt'))
  expect(stateOf(at('dirty'))).toEqual(before)
})

test('a repository that git can’t read: no worktree is made of it', async () => {
  const task = await write(at('broken'), 'worktree')
  expect(await task.ended).toBe('failed')
  expect(lastState(task)).toMatchObject({ code: 'worktree_failed' })
  expect(readFileSync(join(at('broken'), '.git'), 'utf8')).toBe('gitdir: /nowhere/at/all\n')
})

test(`a project of ${hugeFiles} files: its one change is found, and the host answers meanwhile`, async () => {
  const before = stateOf(at('huge'))
  const task = await write(at('huge'))
  expect(must(await world.device.hosts())).toHaveLength(1)
  await approve(await next())
  expect(await task.ended).toBe('completed')
  expect(diffOf(task)).toMatchObject({ total: 1, files: [{ path: 'hello.txt', change: 'add' }] })
  rmSync(join(at('huge'), 'hello.txt'))
  expect(stateOf(at('huge'))).toEqual(before)
}, 240_000)

test('a worktree whose folder is deleted while its agent works: failed, said to be broken, and it can be discarded', async () => {
  const before = stateOf(world.project)
  const task = await write(world.project, 'worktree')
  const asked = await next()
  rmSync(rootOf(task), { recursive: true })
  await approve(asked)
  expect(await task.ended).toBe('failed')
  expect(lastState(task)).toMatchObject({ code: 'worktree_broken' })
  expect(await discard(task)).toBe('completed')
  expect(stateOf(world.project)).toEqual(before)
})

test('a worktree whose .git file is damaged while its agent works: what it made is still there, and the repository whole', async () => {
  const before = stateOf(world.project)
  const task = await write(world.project, 'worktree')
  const asked = await next()
  writeFileSync(join(rootOf(task), '.git'), 'gitdir: /nowhere\n')
  await approve(asked)
  expect(await task.ended).toBe('completed')
  expect(existsSync(join(rootOf(task), 'hello.txt'))).toBe(true)
  expect(said(task, 'worktree')).toHaveLength(1)
  expect(existsSync(join(world.project, 'hello.txt'))).toBe(false)
  expect(await discard(task)).toBe('completed')
  expect(stateOf(world.project)).toEqual(before)
})

test('a policy with a typo: neither the check nor the host takes it, both name the line and what to do', async () => {
  const path = at('typo.yaml')
  writeFileSync(path, 'version: 1\nrules:\n  - match: { kind: command }\n    verdict: alow\n')
  for (const words of [
    ['policy', 'check'],
    ['host', '--project', world.project],
  ]) {
    const log: string[] = []
    const env = { ...process.env, COUNTERSIGN_HOME: at('another') }
    const program = startProgram([...words, '--policy', path], { env, onLog: (line) => void log.push(line) })
    expect(await program.ended).not.toBe(0)
    const all = JSON.stringify([program.facts, log])
    expect(all).toContain('policy_invalid')
    expect(all).toContain('line 4')
    expect(all).toContain('nothing is allowed until it is mended')
  }
})

test('a host of a team whose policy has a typo is there, says so to its devices, and does nothing until it is mended', async () => {
  const path = at('mistaken.yaml')
  await world.stopHost()
  writeFileSync(path, 'version: 1\nrules:\n  - match: { tier: 0 }\n    verdict: alow\n')
  await world.startHost({ policyPath: path })
  const problem = async () => must(await world.device.hosts())[0]?.status?.fileProblem
  await expect.poll(problem, { timeout: 20_000 }).toContain('line 4: rules.0.verdict: expected allow or ask or deny')
  const task = await world.submit('[[act:write]]')
  expect(await task.ended).toBe('rejected')
  const why = { code: 'policy_invalid', detail: expect.stringContaining('line 4') }
  expect(task.events.all.at(-1)).toMatchObject(why)
  await world.stopHost()
  writeFileSync(path, 'version: 1\nrules: []\n')
  await world.startHost({ policyPath: path })
  await expect.poll(problem, { timeout: 20_000 }).toBeUndefined()
})

test.each([
  ['models.yaml', 'version: 1\nroutes:\n  - nam: quick\n', 'models_invalid'],
  ['projects.yaml', 'version: 1\nprojects:\n  x: { tests: npm test }\n', 'projects_invalid'],
])('so is a host of a team whose %s has a typo', async (name, content, code) => {
  const path = join(world.folder, 'host', name)
  await world.stopHost()
  writeFileSync(path, content)
  await world.startHost()
  const problem = async () => must(await world.device.hosts())[0]?.status?.fileProblem
  await expect.poll(problem, { timeout: 20_000 }).toContain(`${name}: line 3: `)
  const task = await world.submit('[[act:write]]')
  expect(await task.ended).toBe('rejected')
  expect(task.events.all.at(-1)).toMatchObject({ code, detail: expect.stringContaining('line 3') })
  await world.stopHost()
  rmSync(path)
  await world.startHost()
  await expect.poll(problem, { timeout: 20_000 }).toBeUndefined()
})
