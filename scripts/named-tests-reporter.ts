import type { Reporter, TestCase, TestModule } from 'vitest/node'
import type { Summary } from './count-reporter.ts'
import { isTitle, type NamedTest } from './named-tests.ts'

/**
 * In a run of everything, a test that a document leans on has to have passed, at least once. `mayLack`: somebody has said that this machine may lack what some of them need; those are
 * listed as skipped already, and prove nothing here.
 */
export class NamedTestsReporter implements Reporter {
  readonly summary: Summary
  readonly named: readonly NamedTest[]
  readonly mayLack: boolean

  constructor(summary: Summary, named: readonly NamedTest[], mayLack: boolean) {
    this.summary = summary
    this.named = named
    this.mayLack = mayLack
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const ran = new Map<string, TestCase[]>()
    for (const module of modules) ran.set(module.relativeModuleId, [...module.children.allTests()])
    for (const { document, file, title } of this.named) {
      const tests = (ran.get(file) ?? []).filter(({ name }) => isTitle(title, name))
      if (tests.some((test) => test.result().state === 'passed')) continue
      const lacks = tests.some(({ fullName }) => fullName.includes('(needs '))
      if (lacks && this.mayLack) continue
      this.summary.failed += 1
      const hint = lacks ? ' (install what it needs, or allow it: COUNTERSIGN_MAY_LACK=1)' : ''
      this.summary.failures.push(`${document} names ${file} > ${title}, which did not run to a pass${hint}`)
    }
  }
}
