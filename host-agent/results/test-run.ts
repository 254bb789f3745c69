/** A test that failed. `place`: file and line, or what comes nearest; empty where the report does not say. */
export type TestFailure = { name: string; message: string; place: string }

export type TestCase = TestFailure & { outcome: 'passed' | 'failed' | 'skipped' }

/** One run of tests, whatever told of it. `durationMs` null and `passedNames` null: the report does not say. */
export type TestRun = {
  passed: number
  failed: number
  skipped: number
  durationMs: number | null
  failures: readonly TestFailure[]
  passedNames: ReadonlySet<string> | null
}

/** Cases that are looked at one by one; a report of more is no report. */
export const casesMost = 100_000

/** The run that its cases amount to; null without any: then nothing is claimed. */
export function runOf(cases: readonly TestCase[], durationMs: number | null): TestRun | null {
  if (cases.length === 0 || cases.length > casesMost) return null
  const of = (outcome: TestCase['outcome']) => cases.filter((one) => one.outcome === outcome)
  const failures = of('failed')
  return {
    passed: of('passed').length,
    failed: failures.length,
    skipped: of('skipped').length,
    durationMs: durationMs === null || !Number.isFinite(durationMs) ? null : Math.max(0, Math.round(durationMs)),
    failures: failures.map(({ name, message, place }) => ({ name, message, place })),
    passedNames: new Set(of('passed').map(({ name }) => name)),
  }
}

/** The first lines of a failure's words, without colours and control characters. */
export function clean(text: string): string {
  return (
    text
      .slice(0, 20_000)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      .replace(/\u001b\[[0-9;?]{0,20}[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
      .trim()
  )
}
