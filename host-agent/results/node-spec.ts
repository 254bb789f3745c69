import { clean, type TestFailure, type TestRun } from './test-run.ts'

/**
 * Reads what `node --test` prints for people: its counts, and below them each failure again with where it is. Null where the output ends
 * without the counts: then nothing is claimed.
 */
export function readNodeSpec(text: string): TestRun | null {
  const count = (name: string) => {
    const found = [...text.matchAll(new RegExp(`^(?:#|ℹ) ${name} (\\d{1,7}(?:\\.\\d+)?)\\s*$`, 'gm'))].at(-1)?.[1]
    return found === undefined ? undefined : Number(found)
  }
  const passed = count('pass')
  const failed = count('fail')
  if (passed === undefined || failed === undefined) return null
  const lines = text.split('\n')
  const from = lines.findLastIndex((line) => /^✖ failing tests:/.test(line))
  return {
    passed,
    failed: failed + (count('cancelled') ?? 0),
    skipped: (count('skipped') ?? 0) + (count('todo') ?? 0),
    durationMs: count('duration_ms') === undefined ? null : Math.round(count('duration_ms') ?? 0),
    failures: from === -1 ? [] : failuresIn(lines.slice(from + 1)),
    passedNames: new Set(
      lines.flatMap((line) => clean(/^\s*✔ (.{1,500}?) \([\d.]+m?s\)\s*$/.exec(line)?.[1] ?? '') || []),
    ),
  }
}

/** `test at FILE:LINE:COLUMN`, the test's name, then its error, indented. */
function failuresIn(lines: readonly string[]): TestFailure[] {
  const failures: TestFailure[] = []
  let place = ''
  for (const line of lines.slice(0, 20_000)) {
    const at = /^test at (.{1,500})$/.exec(line)?.[1]
    const name = /^✖ (.{1,500}?)(?: \([\d.]+m?s\))?\s*$/.exec(line)?.[1]
    const last = failures.at(-1)
    if (at !== undefined) place = at
    else if (name !== undefined) {
      failures.push({ name: clean(name), message: '', place })
      place = ''
    } else if (last && !/^\s+at /.test(line) && last.message.length < 2_000)
      last.message = `${last.message}\n${clean(line)}`.trim()
  }
  return failures
}
