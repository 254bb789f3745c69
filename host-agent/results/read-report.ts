import { readGoJson } from './go-json.ts'
import { readJunitXml } from './junit-xml.ts'
import { readNodeSpec } from './node-spec.ts'
import { readPytestText } from './pytest-text.ts'
import { readTap } from './tap.ts'
import type { TestRun } from './test-run.ts'
import { readVitestJson } from './vitest-json.ts'
import { readVitestText } from './vitest-text.ts'

/** Characters of a report; a longer one is not looked at. */
export const reportCharsMost = 4_000_000

/** Readers of whole reports, then of what is printed for people, in whose last lines the counts stand. */
const whole = [readJunitXml, readVitestJson, readGoJson, readTap]
const lastLines = [readNodeSpec, readPytestText, readVitestText]

/** The run of tests that a text tells of, in any form that is known; null: it tells of none. `isCut`: its beginning is missing. Never throws. */
export async function readReport(text: string, isCut = false): Promise<TestRun | null> {
  if (text.length > reportCharsMost) return null
  for (const read of isCut ? lastLines : [...whole, ...lastLines]) {
    const run = await (async () => read(text))().catch(() => null)
    if (run) return run
  }
  return null
}
