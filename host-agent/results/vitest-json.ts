import * as z from 'zod/mini'
import { placeIn } from './junit-xml.ts'
import { clean, runOf, type TestRun } from './test-run.ts'

/** What vitest's and jest's reporters `json` have in common; they say more, which is left alone. */
const Report = z.object({
  startTime: z.optional(z.number()),
  testResults: z.array(
    z.object({
      name: z.optional(z.string()),
      status: z.optional(z.string()),
      message: z.optional(z.nullable(z.string())),
      startTime: z.optional(z.number()),
      endTime: z.optional(z.number()),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.optional(z.nullable(z.array(z.string()))),
          location: z.optional(z.nullable(z.object({ line: z.number() }))),
        }),
      ),
    }),
  ),
})

/** Reads the JSON report of vitest and jest, also where a tool printed words around it. Null: it is none, or is cut off. */
export function readVitestJson(text: string): TestRun | null {
  const from = text.search(/\{\s*"num(?:Total|Failed|Passed|Pending|Runtime)/)
  const to = text.lastIndexOf('}')
  if (from === -1 || to < from) return null
  let json: unknown
  try {
    json = JSON.parse(text.slice(from, to + 1))
  } catch {
    return null
  }
  const report = Report.safeParse(json)
  if (!report.success) return null
  const { startTime, testResults } = report.data
  const cases = testResults.flatMap((file) => {
    const place = file.name ?? ''
    const tests = file.assertionResults.map(({ fullName, status, failureMessages, location }) => {
      const message = clean((failureMessages ?? []).join('\n'))
      const outcome = status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : 'skipped'
      return {
        name: clean(fullName),
        outcome,
        message,
        place: location ? `${place}:${location.line}` : placeIn(message) || place,
      } as const
    })
    // A file that does not load has no tests, and has failed.
    return tests.length === 0 && file.status === 'failed'
      ? [{ name: place, outcome: 'failed' as const, message: clean(file.message ?? ''), place }]
      : tests
  })
  const ends = testResults.flatMap(({ endTime }) => endTime ?? [])
  return runOf(
    cases,
    startTime === undefined || ends.length === 0 ? null : Math.max(...ends.slice(0, 10_000)) - startTime,
  )
}
