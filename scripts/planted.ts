import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ensureSystemPackages } from './system-packages.ts'

/**
 * `npm run test:planted [-- NAME]`: takes out one defence at a time and asks the test that guards it. Each patch in test/planted/ is one change of one defence, and names
 * the test file that has to fail and, where the others of the file take long, the test. The last line is `planted: N, found: N`; exit 0 only when every defect was found.
 */
const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const folder = join(root, 'test/planted')
const filter = process.argv[2] ?? ''

/**
 * Without its defence much waits for an answer that never comes, and a test's own limit would let it wait for minutes. The same limits hold where nothing is taken out,
 * so that a test which is only slow fails there. Milliseconds.
 */
const timeLimits = { unit: 20_000, other: 60_000 }

/** `test` null: any of the file. */
type Guard = { file: string; test: string | null }
type Planted = { name: string; defect: string; foundBy: Guard }

async function readPlanted(): Promise<Planted[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.patch') && name.includes(filter)).sort()
  return Promise.all(names.map(read))
}

async function read(name: string): Promise<Planted> {
  const text = await readFile(join(folder, name), 'utf8')
  const head = text.slice(0, text.indexOf('\n\n'))
  const said = (field: string) => new RegExp(`^${field}: (.+)$`, 'm').exec(head)?.[1]
  const [defect, file, test] = [said('Defect'), said('Found-by'), said('Test')]
  if (!defect || !file) throw new Error(`${name} has to name its defect and the test that finds it`)
  return { name, defect, foundBy: { file, test: test ?? null } }
}

/** A copy of what git tracks and of what is new, with the installed packages beside it. */
async function copyTree(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'countersign-planted-'))
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const file of stdout.split('\0').filter(Boolean)) await cp(join(root, file), join(copy, file)).catch(() => {})
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

type Found = 'found' | 'missed' | 'stale'

/** `stale`: the patch does not apply any more; a defence that moved needs its defect moved with it. */
async function tryDefect(copy: string, { name, foundBy }: Planted): Promise<Found> {
  const patch = join(folder, name)
  try {
    await run('git', ['apply', '--recount', patch], { cwd: copy })
  } catch {
    return 'stale'
  }
  const passed = await testPasses(copy, foundBy).catch(() => true)
  await run('git', ['apply', '--recount', '-R', patch], { cwd: copy })
  return passed ? 'missed' : 'found'
}

/** False only when the runner says that tests failed: a runner that did not start has found nothing. */
async function testPasses(copy: string, { file, test }: Guard): Promise<boolean> {
  const report = join(copy, 'planted-report.json')
  await rm(report, { force: true })
  const arguments_ = [
    'node_modules/vitest/vitest.mjs',
    'run',
    file,
    '--bail=1',
    `--testTimeout=${file.startsWith('test/unit/') ? timeLimits.unit : timeLimits.other}`,
    ...(test === null ? [] : ['--testNamePattern', test.replace(/[^\p{L}\p{N} ]/gu, '.')]),
    '--reporter=json',
    `--outputFile=${report}`,
  ]
  await run(process.execPath, arguments_, { cwd: copy, timeout: 300_000 }).catch(() => {})
  const { numFailedTests, numPassedTests } = JSON.parse(await readFile(report, 'utf8')) as Record<string, number>
  if (!numFailedTests && !numPassedTests)
    throw new Error(`${file} ran no test${test === null ? '' : ` “${test}”`}: see npm test for what it needs`)
  return numFailedTests === 0
}

/** Does `act` for each item, as many at a time as there are copies; what runs whole programs goes last and alone, as in `npm test`. */
async function spread<T>(
  copies: readonly string[],
  items: readonly T[],
  guardOf: (item: T) => Guard,
  act: (copy: string, item: T) => Promise<void>,
): Promise<void> {
  const isAlone = (item: T) => guardOf(item).file.startsWith('test/e2e/')
  const left = items.filter((item) => !isAlone(item))
  const lane = async (copy: string) => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(copy, item)
  }
  await Promise.all(copies.map(lane))
  for (const item of items.filter(isAlone)) await act(copies[0] ?? '', item)
}

const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1)} s`

ensureSystemPackages()
const startedAt = performance.now()
const planted = await readPlanted()
const copies = await Promise.all(Array.from({ length: availableParallelism() }, copyTree))
try {
  const guards = [...new Map(planted.map(({ foundBy }) => [JSON.stringify(foundBy), foundBy])).values()]
  await spread(
    copies,
    guards,
    (guard) => guard,
    async (copy, guard) => {
      if (!(await testPasses(copy, guard))) throw new Error(`${guard.file} fails without any defect`)
    },
  )
  console.log(`${guards.length} suites pass without a defect, in ${seconds(startedAt)}`)
  let found = 0
  await spread(
    copies,
    planted,
    ({ foundBy }) => foundBy,
    async (copy, defect) => {
      const began = performance.now()
      const result = await tryDefect(copy, defect)
      if (result === 'found') found += 1
      console.log(`${result.padEnd(6)} ${seconds(began).padStart(7)}  ${defect.defect} (${defect.foundBy.file})`)
    },
  )
  console.log(`in ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes`)
  console.log(`planted: ${planted.length}, found: ${found}`)
  process.exitCode = found === planted.length && found > 0 ? 0 : 1
} finally {
  for (const copy of copies) await rm(copy, { recursive: true, force: true })
}
