import * as z from 'zod/mini'
import { clean, runOf, type TestCase, type TestRun } from './test-run.ts'

/** One line of `go test -json`: see `go doc test2json`. */
const Line = z.object({
  Action: z.string(),
  Package: z.optional(z.string()),
  Test: z.optional(z.string()),
  Output: z.optional(z.string()),
  Elapsed: z.optional(z.number()),
})

const outcomes = { pass: 'passed', fail: 'failed', skip: 'skipped' } as const
const isOutcome = (action: string): action is keyof typeof outcomes => Object.hasOwn(outcomes, action)

/**
 * Reads the lines of `go test -json`. A test that has subtests counts as those, and a package that fails without a test has failed by itself.
 * Null: there are none, or no package came to its end.
 */
export function readGoJson(text: string): TestRun | null {
  const tests = new Map<string, TestCase & { output: string; hasOwn: boolean }>()
  const packages = new Map<string, { failed: boolean; output: string; seconds: number }>()
  for (const line of text.split('\n')) {
    if (!line.startsWith('{"') || !line.includes('"Action"')) continue
    const read = parse(line)
    if (!read) continue
    const { Action: action, Package: pkg = '', Test: test, Output: output = '', Elapsed: seconds = 0 } = read
    if (test === undefined) {
      const known = packages.get(pkg) ?? { failed: false, output: '', seconds: -1 }
      packages.set(pkg, {
        failed: known.failed || action === 'fail',
        output: (known.output + output).slice(0, 4_000),
        seconds: isOutcome(action) ? seconds : known.seconds,
      })
      continue
    }
    const name = `${pkg} > ${test}`
    const known = tests.get(name) ?? { name, outcome: 'failed', message: '', place: '', output: '', hasOwn: false }
    known.output = (known.output + output).slice(0, 4_000)
    if (isOutcome(action)) Object.assign(known, { outcome: outcomes[action], hasOwn: true })
    tests.set(name, known)
  }
  const ended = [...packages.values()].filter(({ seconds }) => seconds >= 0)
  if (ended.length === 0) return null
  const parents = new Set([...tests.keys()].flatMap((name) => parentsOf(name)))
  const cases: TestCase[] = [...tests.values()]
    .filter(({ name }) => !parents.has(name))
    .map(({ name, outcome, output }) => ({ name: clean(name), outcome, ...reasonOf(output) }))
  for (const [pkg, { failed, output }] of packages)
    if (failed && !cases.some((one) => one.outcome === 'failed' && one.name.startsWith(`${pkg} > `)))
      cases.push({ name: clean(pkg), outcome: 'failed', ...reasonOf(output) })
  return runOf(cases, ended.reduce((sum, { seconds }) => sum + seconds, 0) * 1_000)
}

function parse(line: string) {
  try {
    const read = Line.safeParse(JSON.parse(line))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

/** `pkg > A/b/c` has the parents `pkg > A` and `pkg > A/b`. */
function parentsOf(name: string): string[] {
  const start = name.indexOf(' > ')
  const parents: string[] = []
  for (let at = name.indexOf('/', start); at !== -1 && parents.length < 20; at = name.indexOf('/', at + 1))
    parents.push(name.slice(0, at))
  return parents
}

function reasonOf(output: string): { message: string; place: string } {
  const lines = output.split('\n').filter((line) => !/^\s*(?:===|---) |^(?:FAIL|ok|exit status|PASS)\b/.test(line))
  const place = /^\s*([\w./-]{1,300}\.go:\d+)/m.exec(output)?.[1] ?? ''
  return { message: clean(lines.join('\n')), place }
}
