import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Memory, TaskMemory } from '#host-agent/journal/memory.ts'
import { applyWork } from '#host-agent/worktree/apply-work.ts'
import { keepBefore } from '#host-agent/worktree/keep-before.ts'
import { makeWorktree } from '#host-agent/worktree/make-worktree.ts'
import { readWork } from '#host-agent/worktree/read-work.ts'
import { createWorktrees } from '#host-agent/worktree/worktrees.ts'
import { createDemoProject } from '#test/support/agents/demo-project.ts'
import { suite } from '#test/support/needs.ts'
import { git, stateOf } from '#test/support/worktree/repository.ts'

// A project's repository under what goes wrong: real git, judged by git itself.
const path = process.env.PATH ?? ''
let folder: string
let top: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-worktree-')))
  top = join(folder, 'project')
  createDemoProject(top)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const factsOf = (short = 'short') => {
  const root = join(folder, 'worktrees', short, 'project')
  return { top, root, project: root, branch: `countersign/${short}`, base: git(top, 'rev-parse', 'HEAD') }
}
function worktreesWith(task: { id: string; request: { place?: string }; state: string; worktree: unknown }) {
  const memory = {
    tasks: new Map([[task.id, task]]),
    async record(entry: { type: string }) {
      const { type: _type, ...worktree } = entry
      task.worktree = worktree
    },
  }
  return createWorktrees({ memory: memory as unknown as Memory, folder: join(folder, 'worktrees'), path })
}
const newTask = () => ({
  id: 'tsk_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  request: { place: 'worktree' },
  state: 'working',
  worktree: null as unknown,
})
const asTask = (task: unknown) => task as TaskMemory

test.each([
  ['no repository', () => rmSync(join(top, '.git'), { recursive: true }), /not a git repository/],
  [
    'no commit',
    () => {
      rmSync(join(top, '.git'), { recursive: true })
      git(top, 'init', '--quiet')
    },
    /no commit yet/,
  ],
])('with %s a task works in the project’s folder, and says why', async (_name, spoil, why) => {
  spoil()
  const opened = await worktreesWith(newTask()).open(asTask(newTask()), top, null)
  expect(opened).toMatchObject({ ok: true, value: { project: top, said: expect.stringMatching(why) } })
  expect(existsSync(join(folder, 'worktrees'))).toBe(false)
})

test.each([
  [
    'a .git file that leads nowhere',
    () => {
      rmSync(join(top, '.git'), { recursive: true })
      writeFileSync(join(top, '.git'), 'gitdir: /nowhere/at/all\n')
    },
  ],
  ['its objects gone', () => rmSync(join(top, '.git/objects'), { recursive: true })],
  ['HEAD spoilt', () => writeFileSync(join(top, '.git/HEAD'), 'what is this\n')],
])('with %s no task starts, and nothing is left of it', async (_name, spoil) => {
  spoil()
  const files = readdirSync(top)
  const opened = await worktreesWith(newTask()).open(asTask(newTask()), top, null)
  expect(opened).toMatchObject({ ok: false, code: 'worktree_failed' })
  expect(readdirSync(top)).toEqual(files)
  expect(existsSync(join(folder, 'worktrees')) ? readdirSync(join(folder, 'worktrees')) : []).toEqual([])
})

test('of a huge project only what is committed is written out', async () => {
  mkdirSync(join(top, 'many'))
  for (let n = 0; n < 4_000; n += 1) writeFileSync(join(top, `many/${n}.txt`), `${n}\n`)
  git(top, 'add', '--all')
  git(top, 'commit', '--quiet', '--message', 'Many')
  writeFileSync(join(top, '.git/info/exclude'), 'built\n')
  mkdirSync(join(top, 'built'))
  for (const name of ['built/image', 'dump']) {
    writeFileSync(join(top, name), '')
    truncateSync(join(top, name), 64 * 1024 ** 3)
  }
  const task = newTask()
  const worktrees = worktreesWith(task)
  const opened = await worktrees.open(asTask(task), top, null)
  expect(opened).toMatchObject({ ok: true, value: { said: expect.stringContaining('(1 files)') } })
  const root = opened.ok ? opened.value.project : ''
  expect(readdirSync(root).sort()).toEqual(
    readdirSync(top)
      .filter((name) => !['built', 'dump'].includes(name))
      .sort(),
  )
  expect(readdirSync(join(root, 'many'))).toHaveLength(4_000)
  expect(await worktrees.settle(asTask(task))).toEqual({ ok: true, value: false })
  expect(existsSync(root)).toBe(false)
})

test('what kill -9 left half made is made anew', async () => {
  const before = stateOf(top)
  const task = newTask()
  const worktrees = worktreesWith(task)
  expect(await worktrees.open(asTask(task), top, null)).toMatchObject({ ok: true })
  const { root } = task.worktree as { root: string }
  Object.assign(task.worktree as object, { is: 'making' })
  rmSync(join(root, 'src'), { recursive: true })
  writeFileSync(join(top, '.git/worktrees/project/index.lock'), '')
  expect(await worktrees.open(asTask(task), top, null)).toMatchObject({ ok: true, value: { project: root } })
  expect(readFileSync(join(root, 'src/greet.js'), 'utf8')).toContain('greet')
  Object.assign(task, { state: 'canceled' })
  Object.assign(task.worktree as object, { is: 'making' })
  await worktrees.recover()
  expect(stateOf(top)).toEqual(before)
  expect(readdirSync(join(folder, 'worktrees'))).toEqual([])
})

test.each([
  ['locked', ({ root }: { root: string }) => void git(top, 'worktree', 'lock', root)],
  ['removed by hand', ({ root }: { root: string }) => rmSync(root, { recursive: true })],
  ['unknown to git', () => rmSync(join(top, '.git/worktrees'), { recursive: true })],
  ['led elsewhere', ({ root }: { root: string }) => writeFileSync(join(root, '.git'), 'gitdir: /nowhere\n')],
])('a worktree that is %s goes whole, and no other one', async (_name, spoil) => {
  git(top, 'worktree', 'add', '--quiet', '-b', 'mine', join(folder, 'mine'))
  const before = stateOf(top)
  const task = newTask()
  const worktrees = worktreesWith(task)
  expect(await worktrees.open(asTask(task), top, null)).toMatchObject({ ok: true })
  spoil(task.worktree as { root: string })
  await worktrees.remove(asTask(task), 'with-branch')
  // Where somebody removed git's own notes of all worktrees, that is theirs.
  const { worktrees: listed, ...rest } = stateOf(top)
  const { worktrees: wanted, ...others } = before
  expect(rest).toEqual(others)
  if (existsSync(join(top, '.git/worktrees'))) expect(listed).toEqual(wanted)
  expect(readdirSync(join(folder, 'worktrees'))).toEqual([])
})

test('a worktree whose folder is gone is read by nobody as an empty one', async () => {
  const facts = factsOf()
  expect(await makeWorktree(facts, path)).toMatchObject({ ok: true })
  rmSync(facts.root, { recursive: true })
  expect(await readWork(facts, path)).toMatchObject({ ok: false, code: 'worktree_broken' })
  expect(await applyWork(facts, join(folder, 'ending'), path)).toMatchObject({ ok: false, code: 'worktree_broken' })
  expect(stateOf(top)).toMatchObject({ status: '', whole: '' })
})

test('no filter that the project configures runs, neither when a worktree is made nor when it is read or applied', async () => {
  const mark = join(folder, 'ran')
  writeFileSync(join(top, '.gitattributes'), '* filter=evil\n')
  git(top, 'add', '--all')
  git(top, 'commit', '--quiet', '--message', 'Attributes')
  for (const key of ['clean', 'smudge', 'process']) git(top, 'config', `filter.evil.${key}`, `touch ${mark}; cat`)
  git(top, 'config', 'filter.evil.required', 'true')
  writeFileSync(join(top, '.git/hooks/post-checkout'), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 })
  const facts = factsOf()
  expect(await makeWorktree(facts, path)).toMatchObject({ ok: true })
  writeFileSync(join(facts.root, 'new.txt'), 'new\n')
  expect(await applyWork(facts, join(folder, 'ending'), path)).toEqual({ ok: true, value: 1 })
  expect(existsSync(mark)).toBe(false)
  expect(readFileSync(join(top, 'new.txt'), 'utf8')).toBe('new\n')
})

test('an application that was killed half way is taken back and done whole, and one that was done is not done twice', async () => {
  const facts = factsOf()
  const ending = join(folder, 'ending')
  expect(await makeWorktree(facts, path)).toMatchObject({ ok: true })
  writeFileSync(join(facts.root, 'src/greet.js'), 'changed\n')
  mkdirSync(join(facts.root, 'new/below'), { recursive: true })
  writeFileSync(join(facts.root, 'new/below/file.txt'), 'new\n')
  rmSync(join(facts.root, 'legacy/README.md'))
  mkdirSync(ending)
  expect(
    await keepBefore(top, ['src/greet.js', 'new/below/file.txt', 'legacy/README.md'], join(ending, 'before')),
  ).toMatchObject({ ok: true })
  rmSync(join(top, 'src/greet.js'))
  mkdirSync(join(top, 'new/below'), { recursive: true })
  writeFileSync(join(top, 'new/below/file.txt'), 'ne')
  expect(await applyWork(facts, ending, path)).toEqual({ ok: true, value: 3 })
  const applied = git(top, 'status', '--porcelain', '--untracked-files=all')
    .split('\n')
    .map((line) => line.trim())
  expect(applied.sort()).toEqual(['?? new/below/file.txt', 'D legacy/README.md', 'M src/greet.js'])
  expect(readFileSync(join(top, 'new/below/file.txt'), 'utf8')).toBe('new\n')
  writeFileSync(join(top, 'src/greet.js'), 'my own by now\n')
  expect(await applyWork(facts, ending, path)).toEqual({ ok: true, value: 3 })
  expect(readFileSync(join(top, 'src/greet.js'), 'utf8')).toBe('my own by now\n')
})

suite('on a full disk', { needs: ['bwrap', 'git'] }, () => {
  test.each([
    ['make', 'worktree_failed'],
    ['apply', 'work_conflicts'],
  ])('%s changes nothing, and says so', (what, code) => {
    const script = join(import.meta.dirname, '../../support/worktree/on-small-disk.ts')
    const disk = ['--dev-bind', '/', '/', '--size', String(4 * 1024 ** 2), '--tmpfs', '/mnt']
    const free = join(folder, 'free')
    mkdirSync(free)
    const { stdout, stderr } = spawnSync(
      'bwrap',
      [...disk, '--die-with-parent', '--', process.execPath, script, what, '/mnt', free],
      { encoding: 'utf8', timeout: 120_000 },
    )
    expect(stderr).toBe('')
    const { result, after, wanted } = JSON.parse(stdout)
    expect(result).toMatchObject({ ok: false, code, detail: expect.stringMatching(/space|disk/i) })
    expect(after).toEqual(wanted)
  })
})
