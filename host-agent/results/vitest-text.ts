import { clean, type TestFailure, type TestRun } from './test-run.ts'

/** Reads what vitest and jest print for people: the line `Tests` and what they say of each failure. Null: there is no such line. */
export function readVitestText(text: string): TestRun | null {
  const lines = text.split('\n').map((line) => clean(line.slice(0, 4_000)))
  const last = lines.findLast((line) => /^Tests:?\s+(?:\d+ \w+(?: \| |, )?)+(?: \(\d+\)|\d+ total)?$/.test(line))
  if (last === undefined) return null
  const count = (word: string) => Number(new RegExp(`(\\d{1,7}) ${word}`).exec(last)?.[1] ?? 0)
  const [, duration, unit] = /^(?:Duration|Time:)\s+(\d+(?:\.\d+)?) ?(m?s)/m.exec(lines.join('\n')) ?? []
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped') + count('todo') + count('pending'),
    durationMs: duration === undefined ? null : Math.round(Number(duration) * (unit === 's' ? 1_000 : 1)),
    failures: failuresIn(lines),
    passedNames: null,
  }
}

/** A heading (`FAIL FILE > TEST` of vitest, `● TEST` of jest), the error below it, and the first place in its stack. */
function failuresIn(lines: readonly string[]): TestFailure[] {
  const failures = new Map<string, TestFailure>()
  let present: TestFailure | null = null
  for (const line of lines.slice(-50_000)) {
    const name = /^(?:FAIL\s+(.+ > .+)|● (.+ › .+|\w.+))$/.exec(line)?.slice(1).find(Boolean)
    if (name !== undefined) {
      present = failures.get(name) ?? { name, message: '', place: '' }
      failures.set(name, present)
    } else if (present && present.place === '') {
      const place = /^(?:❯|at .*\() ?(?:.* )?([^\s()]{1,300}:\d{1,7}(?::\d{1,7})?)\)?$/.exec(line)?.[1]
      if (place !== undefined) present.place = place
      else if (present.message.length < 2_000) present.message = `${present.message}\n${line}`.trim()
    }
  }
  return [...failures.values()]
}
