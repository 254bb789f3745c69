import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** Runs vitest itself over the files, in a process of its own, and returns what the reporter counted. */
function count(files: Record<string, string>, options: object = {}) {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache/count-')) // inside of the repository, so that vitest is found
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const script = `
      import { startVitest } from 'vitest/node'
      import { CountReporter, emptySummary } from ${JSON.stringify(join(root, 'scripts/count-reporter.ts'))}
      const summary = emptySummary()
      const reporter = new CountReporter(summary, ${JSON.stringify('testNamePattern' in options)})
      const vitest = await startVitest([], {
        root: ${JSON.stringify(folder)}, config: false, run: true, watch: false, reporters: [reporter], ...${JSON.stringify(options)}
      })
      await vitest.close()
      console.log(JSON.stringify(summary))`
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' })
    return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const imports = "import { beforeAll, describe, expect, test } from 'vitest'\n"

test('tests are counted by what came of them', () => {
  const text = `${imports}
    test('passes', () => {})
    test('fails', () => expect(1).toBe(2))
    test.skip('stays away', () => {})
    test('looks first', ({ skip }) => skip('no camera'))
    describe.skip('browser (needs chromium)', () => { test('a', () => {}); test('b', () => {}) })`
  expect(count({ 'a.test.js': text })).toEqual({
    passed: 1,
    failed: 1,
    skipped: 4,
    failures: ['a.test.js > fails'],
    skips: [
      'a.test.js > browser (needs chromium): 2 tests',
      'a.test.js > stays away (skipped in its source)',
      'a.test.js > looks first (no camera)',
    ],
  })
})

test('what does not load, has no tests or breaks around them counts as failed', () => {
  const summary = count({
    'syntax.test.js': `${imports} test('x', () => {`,
    'import.test.js': `${imports} import './absent.js'\n test('x', () => {})`,
    'empty.test.js': '',
    'hook.test.js': `${imports} describe('hook', () => { beforeAll(() => { throw new Error('no') }); test('x', () => {}) })`,
    'later.test.js': `${imports} test('x', () => { void Promise.reject(new Error('unhandled')) })`,
    'exit.test.js': `${imports} test('x', () => process.kill(process.pid, 'SIGKILL'))`,
  })
  expect(summary.passed).toBe(1)
  for (const file of ['syntax', 'import', 'empty', 'hook']) {
    expect(summary.failures.filter((line: string) => line.startsWith(`${file}.test.js`))).toHaveLength(1)
  }
  expect(summary.failures.some((line: string) => line.includes('unhandled'))).toBe(true)
  expect(summary.failures.some((line: string) => line.startsWith('exit.test.js'))).toBe(true)
})

test('tests left out by name are counted and not listed', () => {
  const text = `${imports} test('one', () => {}); test('two', () => {}); describe.skip('three (needs x)', () => { test('one', () => {}) })`
  expect(count({ 'a.test.js': text }, { testNamePattern: 'one' })).toEqual({
    passed: 1,
    failed: 0,
    skipped: 2,
    failures: [],
    skips: ['a.test.js > three (needs x)'],
  })
})
