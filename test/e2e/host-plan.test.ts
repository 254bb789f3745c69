import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'
import { changed } from '#test/support/agents/plan-acts.ts'
import { suite } from '#test/support/needs.ts'
import { block, others, writePlannedFiles } from '#test/support/plan/project.ts'

// A task that has to be planned first, by the relay and a paired device: one decision for all that it does, on the file system.
const known = new Set<string>()
let world: HostWorld
const at = (path: string) => join(world.project, path)
const read = (path: string) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : null)

async function approval() {
  const { id } = await world.nextApproval(known)
  known.add(id)
  return must(await world.device.approval(id)).approval
}
const answer = async (id: string, kind: 'approve' | 'deny', reason?: string) =>
  must(
    await world.device.decide({
      approvalId: id,
      answer: kind,
      shown: { where: 'app', whole: true },
      ...(reason === undefined ? {} : { reason }),
    }),
  )
const plan = (act: string, more = '') => world.submit(`${more} [[act:${act}]]`, { agent: 'custom', planFirst: true })
const codeOf = (task: WatchedTask) => task.events.all.findLast((event) => event.type === 'state')
const asked = (task: WatchedTask) =>
  task.events.all.filter((event) => event.type === 'approval' && event.state === 'pending' && event.request)
/** Every file but the plan's own is what it was. */
const areOthersUntouched = () => others.filter((path) => read(path) === changed || read(path) === null)

function isCarriedOut() {
  for (const path of [...block.modify, ...block.create]) expect(read(path), path).toBe(changed)
  expect(existsSync(at('legacy'))).toBe(false)
  expect(areOthersUntouched()).toEqual([])
}
function isUntouched() {
  for (const path of block.modify) expect(read(path), path).not.toBe(changed)
  expect([existsSync(at('src/new.js')), existsSync(at('legacy/one.js'))]).toEqual([false, true])
}

suite('a plan before work, without a sandbox', { needs: ['git'] }, () => {
  beforeAll(async () => {
    world = await openHostWorld()
  })
  afterAll(() => world?.close())
  beforeEach(() => {
    rmSync(at('src'), { recursive: true, force: true })
    rmSync(at('link.js'), { force: true })
    writePlannedFiles(world.project)
  })

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
