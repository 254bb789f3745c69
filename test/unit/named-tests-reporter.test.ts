import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

test.each([
  [false, ['is opened (install what it needs, or allow it: COUNTERSIGN_MAY_LACK=1)']],
  [true, []],
])(
  'a named test that is skipped, gone or failed is a failure; so is one for which the machine lacks something, unless it may (%s)',
  (mayLack, lacking) => {
    mkdirSync(join(root, '.cache'), { recursive: true })
    const folder = mkdtempSync(join(root, '.cache/named-')) // inside of the repository, so that vitest is found
    try {
      writeFileSync(
        join(folder, 'a.test.js'),
        `import { describe, expect, test } from 'vitest'
       test('passes', () => {})
       test.each([1, 2])('case %s of it', () => {})
       test('fails', () => expect(1).toBe(2))
       test.skip('stays away', () => {})
       describe.skip('browser (needs chromium)', () => { test('is opened', () => {}) })`,
      )
      const titles = ['passes', 'case %s of it', 'fails', 'stays away', 'is opened', 'gone']
      const named = titles.map((title) => ({ document: 'S', file: 'a.test.js', title }))
      const script = `
      import { startVitest } from 'vitest/node'
      import { emptySummary } from ${JSON.stringify(join(root, 'scripts/count-reporter.ts'))}
      import { NamedTestsReporter } from ${JSON.stringify(join(root, 'scripts/named-tests-reporter.ts'))}
      const summary = emptySummary()
      const reporter = new NamedTestsReporter(summary, ${JSON.stringify(named)}, ${mayLack})
      const vitest = await startVitest([], {
        root: ${JSON.stringify(folder)}, config: false, run: true, watch: false, reporters: [reporter]
      })
      await vitest.close()
      console.log(JSON.stringify(summary.failures))`
      const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' })
      const said = (title: string) =>
        `S names a.test.js > ${title.replace(/(?= \(|$)/, ', which did not run to a pass')}`
      expect(JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '')).toEqual(
        ['fails', 'stays away', ...lacking, 'gone'].map(said),
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
