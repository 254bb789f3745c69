import type { Reporter, TestCase, TestModule } from 'vitest/node'
import type { Summary } from './count-reporter.ts'
import { isTitle, type NamedTest } from './named-tests.ts'

/**
 * In a run of everything, a test that a document leans on has to have passed, at least once. One that was skipped because the machine lacks something is listed as skipped
 * already; any other that did not run is a failure.
 */
export class NamedTestsReporter implements Reporter {
  readonly summary: Summary
  readonly named: readonly NamedTest[]

  constructor(summary: Summary, named: readonly NamedTest[]) {
    this.summary = summary
    this.named = named
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const ran = new Map<string, TestCase[]>()
    for (const module of modules) ran.set(module.relativeModuleId, [...module.children.allTests()])
    for (const { document, file, title } of this.named) {
      const tests = (ran.get(file) ?? []).filter(({ name }) => isTitle(title, name))
      if (tests.some((test) => test.result().state === 'passed')) continue
      if (tests.some(({ fullName }) => fullName.includes('(needs '))) continue
      this.summary.failed += 1
      this.summary.failures.push(`${document} names ${file} > ${title}, which did not run to a pass`)
    }
  }
}
