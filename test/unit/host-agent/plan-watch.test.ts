import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSnapshots, type Snapshots } from '#host-agent/git/snapshot.ts'
import { fenceOf, strangers } from '#host-agent/plan/fence-of.ts'
import { type PlanWatch, watchPlan } from '#host-agent/plan/watch-plan.ts'
import { isOpen } from '#host-agent/sandbox/files/fence.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { seeded } from '#test/simulation/random.ts'
import { suite } from '#test/support/needs.ts'
import { deviate } from '#test/support/plan/deviations.ts'
import { block, createPlannedProject, others } from '#test/support/plan/project.ts'

let world: ReturnType<typeof createPlannedProject>
let plan: Operation
beforeEach(async () => {
  world = createPlannedProject()
  plan = await world.plan()
})
afterEach(() => world.close())
const at = (path: string) => join(world.project, path)
function write(path: string) {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), 'changed\n')
}
const remove = (path: string) => rmSync(at(path), { recursive: true })
function carryOut() {
  for (const path of [...block.modify, ...block.create]) write(path)
  remove('legacy')
}

// What an agent does without asking is found in the project's files, by git.
suite('what git finds beside a plan', { needs: ['git'] }, () => {
  let folder: string
  let snapshots: Snapshots
  let watch: PlanWatch
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: world.project })
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-snapshots-'))
    git('init', '--quiet')
    git('add', '--all')
    git('commit', '--quiet', '--message', 'start')
    snapshots = (await openSnapshots(world.project, folder, process.env.PATH ?? '')) as Snapshots
    watch = await watchPlan({ project: world.project, plan, fence: null, snapshots, base: null })
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('nothing, when it was kept to', async () => {
    expect(await watch.look()).toEqual([])
    carryOut()
    expect(await watch.look()).toEqual([])
  })

  const seed = Math.floor(Math.random() * 1_000_000)
  test(`each of 100 random deviations (seed ${seed})`, async () => {
    const random = seeded(seed)
    for (let done = 0; done < 100; ) {
      const what = deviate(random)
      if (what.does === 'run') continue
      done += 1
      if (what.does === 'write') write(what.path)
      else remove(what.path)
      expect(await watch.look(), JSON.stringify(what)).not.toEqual([])
      git('reset', '--quiet', '--hard')
      git('clean', '--quiet', '-fd')
    }
    expect(await watch.look()).toEqual([])
  })

  test('a planned file that became a link, and one that was moved', async () => {
    remove('src/a.js')
    symlinkSync('other.js', at('src/a.js'))
    expect(await watch.look()).toEqual([at('src/a.js')])
    git('reset', '--quiet', '--hard')
    git('mv', 'src/other.js', 'src/new.js')
    expect(await watch.look()).toEqual([at('src/other.js')])
  })

  test('not what people allowed since, and what changes after that', async () => {
    const edits = [{ path: at('src/other.js'), oldText: null, newText: 'x' }]
    const request = { kind: 'edit', driver: 'd', binding: 'fenced', input: {}, command: null } as const
    watch.allow({ ...request, edits, paths: [], reads: false, unknown: [] })
    write('src/other.js')
    expect(await watch.look()).toEqual([])
    write('made/by/a/command.js')
    await watch.forget()
    expect(await watch.look()).toEqual([])
    write('docs/guide.md')
    expect(await watch.look()).toEqual([at('docs/guide.md')])
  })

  test('behind a fence only what it leaves open: people may go on working on the rest', async () => {
    const fence = fenceOf(world.project, plan.files)
    const fenced = await watchPlan({ project: world.project, plan, fence, snapshots, base: null })
    write('docs/guide.md')
    expect(await fenced.look()).toEqual([])
    carryOut()
    expect(await fenced.look()).toEqual([])
    write('new-at-the-top.js')
    expect(await fenced.look()).toEqual([at('new-at-the-top.js')])
  })
})

describe('the fence of a plan', () => {
  test('opens what is planned and keeps all else as it is', () => {
    const fence = fenceOf(world.project, plan.files)
    for (const path of [...block.modify, ...block.create, 'legacy', 'legacy/one.js'])
      expect(isOpen(fence, at(path)), path).toBe(true)
    for (const path of [...others, 'old/one.js', 'outside', 'docs/new.md', 'src/deep/new.js'])
      expect(isOpen(fence, at(path)), path).toBe(false)
  })

  test('opens no folder where files are only modified', async () => {
    const files = plan.files.filter(({ change }) => change === 'modify')
    expect(fenceOf(world.project, files)).toEqual(files.map(({ path }) => ({ path, access: 'write' })))
  })

  test('never opens what other programs obey, nor anything outside', () => {
    const files = ['.git/hooks/pre-commit', '.github/workflows/x.yml', '../beside.js'].map((path) => ({
      path: at(path),
      change: 'modify' as const,
    }))
    expect(fenceOf(world.project, files)).toEqual([])
  })

  test('a name that is new in an open folder is a stranger', () => {
    const fence = fenceOf(world.project, plan.files)
    carryOut()
    expect(strangers(fence, plan.files)).toEqual([])
    write('src/beside.js')
    expect(strangers(fence, plan.files)).toEqual([at('src/beside.js')])
  })
})
