import type { TestRun } from './test-run.ts'

/** One run of which several files tell, a part each; null without any. */
export function mergeRuns(parts: readonly TestRun[]): TestRun | null {
  const [first] = parts
  if (!first || parts.length === 1) return first ?? null
  const sum = (of: (part: TestRun) => number) => parts.reduce((all, part) => all + of(part), 0)
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: sum(({ skipped }) => skipped),
    durationMs: parts.every(({ durationMs }) => durationMs !== null) ? sum(({ durationMs }) => durationMs ?? 0) : null,
    failures: parts.flatMap(({ failures }) => failures),
    passedNames: parts.every(({ passedNames }) => passedNames !== null)
      ? new Set(parts.flatMap(({ passedNames }) => [...(passedNames ?? [])]))
      : null,
  }
}
