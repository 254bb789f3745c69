import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { judgeOperation } from '#host-agent/plan/judge-operation.ts'
import { readPlan } from '#host-agent/plan/read-plan.ts'
import { followLinks } from '#host-agent/policy/places.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { seeded } from '#test/simulation/random.ts'
import { type Deviation, deviate } from '#test/support/plan/deviations.ts'
import { block, createPlannedProject, wordsOf } from '#test/support/plan/project.ts'

// What people have approved as a plan runs without another question; nothing else does.
let world: ReturnType<typeof createPlannedProject>
let plan: Operation
beforeEach(async () => {
  world = createPlannedProject()
  plan = await world.plan()
})
afterEach(() => world.close())

const judge = (operation: Operation, approved = plan) => judgeOperation(operation, approved, followLinks)
const at = (path: string) => join(world.project, path)
const asked = ({ ...deviation }: Deviation) =>
  deviation.does === 'run'
    ? world.command(deviation.line)
    : deviation.does === 'delete'
      ? world.remove(deviation.path)
      : world.edit(deviation.path)

describe('a plan as an operation', () => {
  test('names its steps, files by what becomes of them with what they hold now, and commands word by word', () => {
    expect(plan.plan).toEqual({
      steps: block.steps,
      commands: [
        ['npm', 'test'],
        ['node', '--test', 'test/a.test.js'],
      ],
    })
    const byChange = (wanted: string) => plan.files.flatMap(({ path, change }) => (change === wanted ? [path] : []))
    expect(byChange('modify')).toEqual(block.modify.map(at))
    expect(byChange('create')).toEqual([at('src/new.js')])
    expect(byChange('delete')).toEqual([at('legacy/deep/two.js'), at('legacy/one.js'), at('legacy')])
    expect(plan.files.find(({ path }) => path === at('src/new.js'))?.before).toBeNull()
    expect(plan.files.every(({ change, before }) => change === 'create' || typeof before === 'string')).toBe(true)
    expect(plan).toMatchObject({ kind: 'plan', command: null, argv: null, tier: 2, uninspectable: [] })
  })

  test('what it would have to ask for again does not make it riskier, and is said', async () => {
    const publishing = await world.plan(wordsOf({ run: ['npm publish', 'npm test'] }))
    expect(publishing).toMatchObject({ tier: 2, uninspectable: [] })
    expect(publishing.why.some((why) => why.includes('asked for again'))).toBe(true)
    expect(judge(await world.command('npm publish'), publishing)).toBe('deviates')
    expect(judge(await world.command('npm test'), publishing)).toBe('planned')
    const obeyed = await world.plan(wordsOf({ create: ['.npmrc'], modify: ['src/a.js'] }))
    expect(obeyed.tier).toBe(2)
    expect(judge(await world.edit('.npmrc'), obeyed)).toBe('deviates')
    expect(judge(await world.edit('src/a.js'), obeyed)).toBe('planned')
  })
})

describe('planned', () => {
  test('each of its files in its way, its folder, its commands', async () => {
    for (const path of [...block.modify, ...block.create]) expect(judge(await world.edit(path)), path).toBe('planned')
    expect(judge(await world.remove('legacy'))).toBe('planned')
    expect(judge(await world.remove('legacy/one.js'))).toBe('planned')
    for (const line of [...block.run, 'npm  "test"']) expect(judge(await world.command(line)), line).toBe('planned')
  })

  test('a planned file again, also one that the plan has created, and however much is written', async () => {
    writeFileSync(at('src/new.js'), 'made\n')
    expect(judge(await world.edit('src/new.js'))).toBe('planned')
    writeFileSync(at('src/a.js'), 'changed\n')
    expect(judge(await world.edit('src/a.js', 'x'.repeat(20_000)))).toBe('planned')
  })

  test('by its real path: through a link to it, too', async () => {
    expect(judge(await world.edit('planned-link.js'))).toBe('planned')
  })
})

describe('deviates', () => {
  test('100 random deviations, all of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const deviation = deviate(seeded(seed))
        expect(judge(await asked(deviation)), JSON.stringify(deviation)).toBe('deviates')
      }),
      { numRuns: 100 },
    )
  })

  test('any other words of a command than exactly those', async () => {
    const argv = fc.array(fc.constantFrom('npm', 'test', 'node', '--test', 'test/a.test.js', 'run', '-w', ''), {
      minLength: 1,
      maxLength: 4,
    })
    const planned = new Set(block.run)
    await fc.assert(
      fc.asyncProperty(argv, async (words) => {
        const line = words.map((word) => (word === '' ? "''" : word)).join(' ')
        expect(judge(await world.command(line))).toBe(planned.has(line) ? 'planned' : 'deviates')
      }),
      { numRuns: 300 },
    )
  })

  test('a link that was put in the place of a planned file, folder or parent', async () => {
    rmSync(at('src/a.js'))
    symlinkSync('other.js', at('src/a.js'))
    expect(judge(await world.edit('src/a.js'))).toBe('deviates')
    renameSync(at('src/deep'), at('src/away'))
    symlinkSync('/tmp', at('src/deep'))
    expect(judge(await world.edit('src/deep/c.js'))).toBe('deviates')
    rmSync(at('legacy'), { recursive: true })
    symlinkSync('src', at('legacy'))
    expect(judge(await world.remove('legacy'))).toBe('deviates')
  })

  test('a folder that holds more, or other things, than when it was approved', async () => {
    mkdirSync(at('legacy/more'))
    writeFileSync(at('legacy/more/three.js'), 'new')
    expect(judge(await world.remove('legacy'))).toBe('deviates')
    rmSync(at('legacy/more'), { recursive: true })
    expect(judge(await world.remove('legacy'))).toBe('planned')
    writeFileSync(at('legacy/one.js'), 'other')
    expect(judge(await world.remove('legacy/one.js'))).toBe('deviates')
  })

  test('a planned command in another folder, of another driver, with a secret, or with a file that it deletes unplanned', async () => {
    expect(judge(await world.command('npm test', at('src')))).toBe('deviates')
    expect(judge({ ...(await world.command('npm test')), driver: 'acp:gemini' })).toBe('deviates')
    const secret = (value: string) => `curl -H token=ghp_${value.repeat(36)} https://example.org`
    const told = await world.plan(wordsOf({ run: [secret('a')] }))
    expect(judge(await world.command(secret('b')), told)).toBe('deviates')
    const removing = await world.plan(wordsOf({ run: ['rm -rf old'] }))
    expect(judge(await world.command('rm -rf old'), removing)).toBe('deviates')
  })

  test('an edit whose result is not known, a move, a tool, the network', async () => {
    const unfit = { path: at('src/a.js'), oldText: 'not there', newText: 'x' }
    expect(judge(await world.operationOf({ kind: 'edit', edits: [unfit] }))).toBe('deviates')
    expect(judge(await world.operationOf({ kind: 'edit', paths: [at('src/a.js'), at('src/b.js')] }))).toBe('deviates')
    const edits = [{ path: at('src/a.js'), oldText: null, newText: 'x' }]
    expect(judge(await world.operationOf({ kind: 'edit', edits, paths: [at('src/other.js')] }))).toBe('deviates')
    for (const kind of ['tool', 'fetch', 'plan', 'question'] as const)
      expect(judge(await world.operationOf({ kind, paths: [at('src/a.js')] })), kind).toBe('deviates')
    expect(judge(await world.operationOf({ kind: 'delete' }))).toBe('deviates')
    expect(judge(await world.operationOf({ kind: 'edit', edits, unknown: ['More than 100 files are named'] }))).toBe(
      'deviates',
    )
  })

  test('everything, when what was approved is no plan', async () => {
    expect(judge(await world.edit('src/a.js'), await world.command('npm test'))).toBe('deviates')
  })
})

describe('what an agent says of its plan', () => {
  const read = (plan: unknown) => readPlan(typeof plan === 'string' ? plan : wordsOf(plan), world.project)
  const why = (plan: unknown) => {
    const found = read(plan)
    return found.ok ? 'read' : `${found.code}: ${found.detail}`
  }

  test('is its last block of JSON', () => {
    expect(read(`${wordsOf({ run: ['npm publish'] })}\nNo, better:\n${wordsOf({ run: ['npm test'] })}`)).toMatchObject({
      ok: true,
      value: { commands: [{ argv: ['npm', 'test'] }], files: [], steps: [] },
    })
  })

  test('can’t be read where it is missing, broken, of another form, or names what is not there', () => {
    expect(why('I will change some files.')).toMatch(/^plan_unreadable: There is no block/)
    expect(why('```json\n{"modify": [\n```')).toMatch(/^plan_unreadable/)
    expect(why({ modify: 'src/a.js' })).toMatch(/modify/)
    expect(why({ edit: ['src/a.js'] })).toMatch(/^plan_unreadable/)
    expect(why({ modify: ['src/nothing.js'] })).toMatch(/does not exist/)
    expect(why({ delete: ['nothing'] })).toMatch(/does not exist/)
    expect(why({ modify: ['src'] })).toMatch(/is a folder/)
    expect(why({ modify: ['src/a.js'], delete: ['./src/a.js'] })).toMatch(/twice/)
  })

  test('names nothing outside of the project, neither by “..” nor by a link', () => {
    for (const path of ['/etc/passwd', 'outside/passwd', '~/x', world.project])
      expect(why({ create: [path] }), path).toMatch(/not in the project/)
    expect(why({ create: ['src/../src/x.js'] })).toMatch(/without/)
  })

  test('names commands one by one, each simple', () => {
    for (const line of [
      'npm test && rm -rf src',
      'npm test | tee x',
      'echo $HOME',
      'npm test > x',
      'ls *.js',
      'A=1 npm test',
    ])
      expect(why({ run: [line] }), line).toMatch(/not one simple command/)
  })

  test('is never more than its form, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map(wordsOf),
          fc.anything().map((any) => wordsOf(fc.stringify(any))),
        ),
        (words) => {
          const found = readPlan(words, world.project)
          expect(found.ok || found.code === 'plan_unreadable').toBe(true)
        },
      ),
    )
  })
})
