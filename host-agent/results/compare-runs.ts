import type { TestRun } from './test-run.ts'

/**
 * What is different from the run before. A test that failed passes now only if this run says so by name; where it names none that pass, if it
 * ran at least as many tests.
 */
export function compareRuns(before: TestRun, run: TestRun): { newlyFailing: string[]; newlyPassing: string[] } {
  const failedBefore = new Set(before.failures.map(({ name }) => name))
  const fails = new Set(run.failures.map(({ name }) => name))
  const size = ({ passed, failed, skipped }: TestRun) => passed + failed + skipped
  // Failures that are counted and not named may be any test.
  const isNamed = run.failures.length >= run.failed
  const passes = (name: string) =>
    run.passedNames ? run.passedNames.has(name) : isNamed && size(run) >= size(before) && run.failed < before.failed
  return {
    newlyFailing: [...fails].filter((name) => !failedBefore.has(name)),
    newlyPassing: [...failedBefore].filter((name) => !fails.has(name) && passes(name)),
  }
}
