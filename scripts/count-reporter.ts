import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node'

export type Summary = { passed: number; failed: number; skipped: number; failures: string[]; skips: string[] }

export function emptySummary(): Summary {
  return { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] }
}

/** Adds a run of vitest to a summary. What did not load, start or finish is a failure, never silence. */
export class CountReporter implements Reporter {
  readonly summary: Summary
  /** True when tests were chosen by name: those not chosen are counted as skipped, but not listed. */
  readonly chosenByName: boolean

  constructor(summary: Summary, chosenByName: boolean) {
    this.summary = summary
    this.chosenByName = chosenByName
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    for (const error of unhandled) this.#fail(`an error outside of any test: ${firstLine(error)}`)
    for (const module of modules) this.#addModule(module)
  }

  #addModule(module: TestModule): void {
    const file = module.relativeModuleId
    const state = module.state()
    if (state === 'queued' || state === 'pending') this.#fail(`${file}: did not run to its end`)
    for (const error of module.errors()) this.#fail(`${file}: ${firstLine(error)}`)
    for (const suite of module.children.allSuites()) {
      for (const error of suite.errors()) this.#fail(`${file} > ${suite.fullName}: ${firstLine(error)}`)
      if (isSkipped(suite) && !isSkipped(suite.parent)) this.#listSkipped(file, suite, countTests(suite))
    }
    for (const test of module.children.allTests()) this.#addTest(file, test)
  }

  #addTest(file: string, test: TestCase): void {
    const result = test.result()
    if (result.state === 'passed') this.summary.passed += 1
    else if (result.state === 'failed') this.#fail(`${file} > ${test.fullName}`)
    else if (result.state === 'pending') this.#fail(`${file} > ${test.fullName}: did not finish`)
    else {
      this.summary.skipped += 1
      const alone = isSkipped(test) && !isSkipped(test.parent)
      if (alone || result.note) this.#listSkipped(file, test, 1, result.note)
    }
  }

  #listSkipped(file: string, task: TestSuite | TestCase, tests: number, note?: string): void {
    const isNeed = task.name.includes('(needs ')
    if (this.chosenByName && !isNeed && !note) return
    const reason = note ? ` (${note})` : isNeed ? '' : ' (skipped in its source)'
    this.summary.skips.push(`${file} > ${task.fullName}${reason}${tests > 1 ? `: ${tests} tests` : ''}`)
  }

  #fail(what: string): void {
    this.summary.failed += 1
    this.summary.failures.push(what)
  }
}

function isSkipped(task: TestModule | TestSuite | TestCase): boolean {
  return task.type !== 'module' && (task.options.mode === 'skip' || task.options.mode === 'todo')
}

function countTests(suite: TestSuite): number {
  return [...suite.children.allTests()].length
}

function firstLine(error: SerializedError): string {
  return (error.message ?? String(error)).split('\n')[0] ?? ''
}
