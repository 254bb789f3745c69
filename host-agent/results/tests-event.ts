import type { AgentEvent } from '../agents/driver.ts'
import { compareRuns } from './compare-runs.ts'
import type { TestRun } from './test-run.ts'

export type TestsEvent = AgentEvent & { type: 'tests' }

/** Bytes of the event as JSON: it has to fit one sealed batch with room for placeholders that are longer than their secrets. */
const eventBytes = 9_000
const named = 20
const nameChars = 500
/** As long as they may be; the lengths are those at which what is redacted expects texts to be cut. */
const messageChars = [2_000, 1_000, 500, 0]

/** The run as a fact for the task's log, cut to what one event holds: counts always, then names, then as much of the messages as there is room for. */
export function testsEvent(run: TestRun, before: TestRun | null, by: 'agent' | 'host'): TestsEvent {
  const change = before ? compareRuns(before, run) : null
  const names = (all: readonly string[]) => all.slice(0, named).map((name) => name.slice(0, nameChars))
  const make = (count: number, chars: number): TestsEvent => ({
    type: 'tests',
    passed: run.passed,
    failed: run.failed,
    skipped: run.skipped,
    failures: run.failures.slice(0, count).map(({ name, message, place }) => ({
      name: name.slice(0, nameChars),
      message: message.slice(0, chars),
      ...(place === '' ? {} : { place: place.slice(0, 500) }),
    })),
    ...(run.durationMs === null ? {} : { durationMs: run.durationMs }),
    by,
    ...(change
      ? {
          newlyFailing: names(change.newlyFailing).slice(0, count),
          newlyPassing: names(change.newlyPassing).slice(0, count),
        }
      : {}),
  })
  const sizes = [20, 10, 5, 2, 0].flatMap((count) => messageChars.map((chars) => make(count, chars)))
  return sizes.find((event) => Buffer.byteLength(JSON.stringify(event)) <= eventBytes) ?? make(0, 0)
}
