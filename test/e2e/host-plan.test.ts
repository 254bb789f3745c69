import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TaskEvent } from '#protocol/statements/events.ts'
import {
  type HostWorld,
  must,
  openHostWorld,
  scriptedAgent,
  type WatchedTask,
} from '#test/support/agents/host-world.ts'
import { changed } from '#test/support/agents/plan-acts.ts'
import { suite } from '#test/support/needs.ts'
import { block, others, writePlannedFiles } from '#test/support/plan/project.ts'
import { usualSandbox } from '#test/support/sandbox/usual-sandbox.ts'
import { until } from '#test/support/wait.ts'
import { git } from '#test/support/worktree/repository.ts'

// A task that has to be planned first, by the relay and a paired device: one decision for all that it does, on the file system.
const known = new Set<string>()
let world: HostWorld
type Place = 'project' | 'worktree'
const places: readonly Place[] = ['project', 'worktree']
/** The folder in which the last task works; one of its own goes when nothing in it was changed. */
let where: string
const at = (path: string) => join(where, path)
const read = (path: string) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : null)

async function approval() {
  const { id } = await world.nextApproval(known)
  known.add(id)
  return must(await world.device.approval(id)).approval
}
async function answer(id: string, kind: 'approve' | 'deny', reason?: string): Promise<void> {
  // A task's log may tell of it before the relay has it.
  await until(async () => (await world.device.approval(id)).ok, { what: `the approval ${id}` })
  must(
    await world.device.decide({
      approvalId: id,
      answer: kind,
      shown: { where: 'app', whole: true },
      ...(reason === undefined ? {} : { reason }),
    }),
  )
}
let place: Place
async function plan(act: string, more = ''): Promise<WatchedTask> {
  const task = await world.submit(`${more} [[act:${act}]]`, { agent: 'custom', planFirst: true, place })
  where =
    place === 'project' ? world.project : join(world.folder, 'worktrees', task.id.slice(-10).toLowerCase(), 'project')
  return task
}
/** As the tests expect the project, committed: of a project, a worktree has what is committed. */
function writeProject(files: Readonly<Record<string, string>> = {}): void {
  where = world.project
  for (const name of readdirSync(world.project)) if (name !== '.git') rmSync(at(name), { recursive: true })
  writePlannedFiles(world.project)
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text)
  git(world.project, 'add', '--all')
  git(world.project, 'commit', '--quiet', '--allow-empty', '--message', 'as the tests expect it')
}
const isProjectUntouched = () => place === 'project' || expect(git(world.project, 'status', '--porcelain')).toBe('')
const codeOf = (task: WatchedTask) => task.events.all.findLast((event) => event.type === 'state')
const asked = (task: WatchedTask) =>
  task.events.all.filter((event) => event.type === 'approval' && event.state === 'pending' && event.request)
/** Every file but the plan's own is what it was. */
const areOthersUntouched = () =>
  existsSync(where) ? others.filter((path) => read(path) === changed || read(path) === null) : []

function isCarriedOut() {
  for (const path of [...block.modify, ...block.create]) expect(read(path), path).toBe(changed)
  expect(existsSync(at('legacy'))).toBe(false)
  expect(areOthersUntouched()).toEqual([])
  isProjectUntouched()
}
function isUntouched() {
  isProjectUntouched()
  if (place === 'worktree' && !existsSync(where)) return
  for (const path of block.modify) expect(read(path), path).not.toBe(changed)
  expect([existsSync(at('src/new.js')), existsSync(at('legacy/one.js'))]).toEqual([false, true])
}

suite('a plan before work, without a sandbox', { needs: ['git'] }, () => {
  describe.each(places)('in the %s', (each) => {
    beforeAll(async () => {
      place = each
      world = await openHostWorld()
    })
    afterAll(() => world?.close())
    beforeEach(() => writeProject())

    test('five files changed, one made, a folder deleted, two commands: one decision', async () => {
      const task = await plan('planned')
      const { id, operation, tier, gesture } = await approval()
      expect(operation).toMatchObject({ kind: 'plan', driver: 'acp:custom', plan: { steps: block.steps } })
      expect([tier, gesture]).toEqual([2, 'tap'])
      isUntouched()
      await answer(id, 'approve')
      expect(await task.ended).toBe('completed')
      isCarriedOut()
      expect(asked(task)).toHaveLength(1)
      const log = world.agentLog()
      expect(log.filter(({ answered }) => answered)).toHaveLength(9)
      expect(log.flatMap(({ mode }) => mode ?? []).slice(0, 2)).toEqual(['plan', 'plan'])
    })

    test('what it asks for before is refused, and read from the disk nothing happened; a denial ends it', async () => {
      const task = await plan('planned', '[[early]]')
      const { id } = await approval()
      expect(task.events.all.filter((event) => event.type === 'refused' && event.code === 'plan_only')).toHaveLength(9)
      await answer(id, 'deny')
      expect(await task.ended).toBe('rejected')
      isUntouched()
      expect(asked(task)).toHaveLength(1)
    })

    test('a comment makes it plan again, and only the new plan counts', async () => {
      const task = await plan('planned')
      await answer((await approval()).id, 'deny', 'no deletion, please')
      const second = await approval()
      expect(second.operation.files.some(({ change }) => change === 'delete')).toBe(false)
      await answer(second.id, 'approve')
      const third = await approval()
      expect(third.operation).toMatchObject({ kind: 'delete' })
      expect(read('src/a.js')).toBe(changed)
      await answer(third.id, 'deny')
      expect(await task.ended).toBe('completed')
      expect(existsSync(at('legacy/one.js'))).toBe(true)
    })

    test('a plan that can’t be read is asked for once more, then the task ends and says so', async () => {
      const second = await plan('planned', '[[mumble]]')
      await answer((await approval()).id, 'deny')
      expect(await second.ended).toBe('rejected')
      const never = await plan('planned-mumbling')
      expect(await never.ended).toBe('failed')
      expect(codeOf(never)).toMatchObject({ code: 'plan_unreadable' })
      expect(asked(never)).toHaveLength(0)
    })

    test('a host that was restarted takes the plan up that waits, and its answer with it', async () => {
      const task = await plan('planned')
      const { id } = await approval()
      await world.stopHost()
      isUntouched()
      must(await world.device.decide({ approvalId: id, answer: 'approve', shown: { where: 'app', whole: true } }))
      await world.startHost()
      expect(await task.ended).toBe('completed')
      isCarriedOut()
      expect(asked(task)).toHaveLength(1)
    })

    test('an agent that does not ask is found by git at its first other change, and ended', async () => {
      const task = await plan('planned-once-beside')
      await answer((await approval()).id, 'approve')
      expect(await task.ended).toBe('failed')
      expect(codeOf(task)).toMatchObject({ code: 'plan_deviated', detail: 'Not planned: src/other.js' })
      expect(asked(task)).toHaveLength(1)
    })

    test('a command line has no plan', async () => {
      const task = await world.submit('npm test', { agent: 'command', planFirst: true })
      expect(await task.ended).toBe('rejected')
      expect(codeOf(task)).toMatchObject({ code: 'plan_unsupported' })
    })
  })
})

suite('a plan before work, behind a fence', { needs: ['bwrap', 'socat', 'git'] }, () => {
  describe.each(places)('in the %s', (each) => {
    let outside: string
    const log = () =>
      readFileSync(join(outside, 'agent.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)

    beforeAll(async () => {
      place = each
      outside = mkdtempSync(join(process.getuid?.() === 0 ? '/srv' : homedir(), 'countersign-outside-'))
      world = await openHostWorld()
      await world.stopHost()
      const state = join(outside, 'agent')
      mkdirSync(state)
      await world.startHost({
        agentCommand: `${process.execPath} ${scriptedAgent} --state ${state} --log ${join(outside, 'agent.jsonl')}`,
        sandbox: { ...usualSandbox, mode: 'required', firewallStrict: true, writeRoots: [outside] },
      })
    })
    afterAll(async () => {
      await world?.close()
      rmSync(outside, { recursive: true, force: true })
    })
    const seed = Math.floor(Math.random() * 1_000_000)
    beforeEach(() => writeProject({ 'seed.txt': String(seed) }))

    test('five files changed, one made, a folder deleted, two commands: one decision', async () => {
      const task = await plan('planned', '[[early]]')
      const { id } = await approval()
      isUntouched()
      await answer(id, 'approve')
      expect([await task.ended, codeOf(task)]).toMatchObject(['completed', { state: 'completed' }])
      isCarriedOut()
      expect(asked(task)).toHaveLength(1)
      expect(
        log().filter(({ answered }) => (answered as { optionId?: string } | undefined)?.optionId === 'allow'),
      ).toHaveLength(9)
    })

    test('one file more, that people let it change: opened for it alone, in its session begun anew, and asked for again', async () => {
      const task = await plan('planned-one-more')
      for (const kind of ['plan', 'edit', 'edit']) {
        const { id, operation } = await approval()
        expect(operation.kind).toBe(kind)
        expect(read('src/other.js')).not.toBe(changed)
        await answer(id, 'approve')
      }
      expect(await task.ended).toBe('completed')
      expect(read('src/other.js')).toBe(changed)
      expect(asked(task)).toHaveLength(3)
    })

    test('an agent that changes what it likes while it plans changes nothing', async () => {
      const task = await plan('planned-hasty')
      await answer((await approval()).id, 'deny')
      expect(await task.ended).toBe('rejected')
      isUntouched()
      expect(areOthersUntouched()).toEqual([])
    })

    test(`100 random deviations of an agent that does not ask (seed ${seed}): stopped by the fence, or found and the session ended`, async () => {
      const before = new Map(filesIn(world.project))
      const task = await plan('planned-unasked')
      await answer((await approval()).id, 'approve')
      const end = await task.ended
      const after = new Map(filesIn(where))
      isProjectUntouched()
      const names = new Set([...block.modify, ...block.create])
      const isGone = (path: string) => path.startsWith('legacy/')
      const harmed = [...before].filter(([path, text]) => after.get(path) !== text && !names.has(path) && !isGone(path))
      const fresh = [...after.keys()].filter((path) => !before.has(path) && !names.has(path))
      // No mount keeps a link that lies in a folder which had to be opened: that it is gone, or a name new there, is found.
      expect(harmed.filter(([path]) => path !== 'link.js')).toEqual([])
      expect([end, codeOf(task)]).toMatchObject(
        harmed.length + fresh.length > 0 ? ['failed', { code: 'plan_deviated' }] : ['completed', {}],
      )
      expect(asked(task)).toHaveLength(1)
    }, 400_000)

    test(`100 random deviations of an agent that asks (seed ${seed}): it is stopped at each`, async () => {
      const task = await plan('planned-asking')
      await answer((await approval()).id, 'approve')
      const before = filesIn(world.project)
      let denied = 0
      const ended = task.ended.then(() => null)
      for (;;) {
        const isNew = (event: TaskEvent) => event.type === 'approval' && !!event.request && !known.has(event.approval)
        const next = await Promise.race([task.events.until(isNew), ended])
        if (next?.type !== 'approval') break
        known.add(next.approval)
        await answer(next.approval, 'deny')
        denied += 1
        // After three denials a session asks nothing more until somebody lets it.
        if (denied % 3 === 0)
          must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'resume' }))
      }
      expect(denied).toBe(100)
      expect(await task.ended).toBe('completed')
      expect(filesIn(world.project)).toEqual(before)
      expect(existsSync(where)).toBe(place === 'project')
    }, 400_000)
  })
})

/** Every file of a folder but git's own, with what is in it; links by where they lead. */
function filesIn(folder: string): [string, string][] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => [join(entry.parentPath, entry.name).slice(folder.length + 1), entry] as const)
    .filter(([path, entry]) => !entry.isDirectory() && path !== '.git' && !path.startsWith('.git/'))
    .map(([path, entry]): [string, string] => [
      path,
      entry.isSymbolicLink() ? `→ ${readlinkSync(join(folder, path))}` : readFileSync(join(folder, path), 'utf8'),
    ])
    .sort()
}
