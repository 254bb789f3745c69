import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseCLI, startVitest } from 'vitest/node'
import { CountReporter, emptySummary } from './count-reporter.ts'
import { readNamedTests } from './named-tests.ts'
import { NamedTestsReporter } from './named-tests-reporter.ts'
import { ensureSystemPackages } from './system-packages.ts'

const root = join(import.meta.dirname, '..')

/** What ran before the tests and is reported with them. */
export type Step = { name: string; outcome: 'passed' | 'failed' } | { name: string; outcome: 'skipped'; why: string }

/**
 * Runs the suite and ends standard output with the line `N passed, N failed, N skipped`.
 * `args` are vitest's: filters by path, `-t NAME`. Returns the exit code: 0 only when something ran and nothing failed.
 */
export async function runTests(args: readonly string[], earlier: readonly Step[] = []): Promise<number> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args])
  const summary = emptySummary()
  const steps = [...earlier]

  ensureSystemPackages()
  if (mayRunBrowsers(filter) && existsSync(join(root, 'scripts/build.ts'))) steps.push(build())
  for (const step of steps) {
    if (step.outcome === 'failed') {
      summary.failed += 1
      summary.failures.push(step.name)
    } else if (step.outcome === 'skipped') {
      summary.skipped += 1
      summary.skips.push(`${step.name} (${step.why})`)
    }
  }

  const counter = new CountReporter(summary, options.testNamePattern !== undefined)
  const isWhole = filter.length === 0 && options.testNamePattern === undefined
  const mayLack = process.env.COUNTERSIGN_MAY_LACK === '1'
  try {
    const vitest = await startVitest(filter, {
      ...options,
      root,
      run: true,
      watch: false,
      allowOnly: false,
      reporters: [
        'default',
        counter,
        ...(isWhole ? [new NamedTestsReporter(summary, readNamedTests(root), mayLack)] : []),
      ],
    })
    await vitest.close()
  } catch (error) {
    summary.failed += 1
    summary.failures.push(`vitest could not run: ${error instanceof Error ? error.message : String(error)}`)
  }

  const { passed, failed, skipped, failures, skips } = summary
  list('Failed', failures)
  list('Skipped', skips)
  if (passed + failed === 0) process.stdout.write('\nNothing ran, and that is not a success.\n')
  process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  return failed === 0 && passed > 0 ? 0 : 1
}

/** Only end-to-end suites open the built app; a run of other folders need not wait for a build. */
function mayRunBrowsers(filters: readonly string[]): boolean {
  return filters.length === 0 || filters.some((filter) => !/^(\.\/)?test\/(?!e2e)\w/.test(filter))
}

function build(): Step {
  const { status } = spawnSync(process.execPath, ['scripts/build.ts'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return { name: 'build of the app', outcome: status === 0 ? 'passed' : 'failed' }
}

function list(title: string, lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`\n${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`)
}
