import { clean, type TestFailure, type TestRun } from './test-run.ts'

/** Reads what pytest prints for people, plain or with `-q`: its last line and its short summary. Null: there is no such last line. */
export function readPytestText(text: string): TestRun | null {
  const lines = text.split('\n').map((line) => clean(line.slice(0, 4_000)))
  const last = lines.findLast((line) => summary.test(line))
  if (last === undefined) return null
  const count = (...words: string[]) =>
    [...last.matchAll(/(\d{1,7}) (\w+)/g)].reduce(
      (sum, [, n, word]) => sum + (words.includes(word ?? '') ? Number(n) : 0),
      0,
    )
  const failures = lines.flatMap((line): TestFailure[] => {
    const [, name, message = ''] = /^(?:FAILED|ERROR) (\S+::.+?|\S+\.py)(?: - (.*))?$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, message, place: placeOf(name, text) }]
  })
  const seconds = / in (\d+(?:\.\d+)?)s/.exec(last)?.[1]
  const passed = lines.flatMap((line) => /^(\S+::.+?) PASSED(?:\s|$)/.exec(line)?.[1] ?? [])
  return {
    passed: count('passed', 'xpassed'),
    failed: count('failed', 'error', 'errors'),
    skipped: count('skipped', 'xfailed', 'deselected'),
    durationMs: seconds === undefined ? null : Math.round(Number(seconds) * 1_000),
    failures,
    // Only `-v` names those that pass.
    passedNames: passed.length > 0 ? new Set(passed) : null,
  }
}

const summary =
  /^(?:=+ )?(?:\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?)(?:, )?)+ in \d+(?:\.\d+)?s(?: \([\d:]+\))?(?: =+)?$/

/** The file of a test's id with the line at which the text says that it failed. */
function placeOf(name: string, text: string): string {
  const [file = ''] = name.split('::')
  const title = name.split('::').slice(1).join('.')
  const block = text.indexOf(` ${title} _`)
  if (title === '' || block === -1) return file
  const found = /^(\S{1,300}\.py:\d{1,7}): /m.exec(text.slice(block, block + 20_000))
  return found?.[1] ?? file
}
