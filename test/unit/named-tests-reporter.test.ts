import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

test('a named test that is skipped, gone or failed is a failure; one that lacks something of the machine is not', () => {
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
      const reporter = new NamedTestsReporter(summary, ${JSON.stringify(named)})
      const vitest = await startVitest([], {
        root: ${JSON.stringify(folder)}, config: false, run: true, watch: false, reporters: [reporter]
      })
      await vitest.close()
      console.log(JSON.stringify(summary.failures))`
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' })
    expect(JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '')).toEqual([
      'S names a.test.js > fails, which did not run to a pass',
      'S names a.test.js > stays away, which did not run to a pass',
      'S names a.test.js > gone, which did not run to a pass',
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
