import type { FinalResults, Parser as TapParser, Result as TapResult } from 'tap-parser'
import { clean, runOf, type TestCase, type TestRun } from './test-run.ts'

/** Spaces before a line beyond which it is left out: a level is four, and each level that is open costs the parser time. */
const indentMost = 60

/**
 * Reads the Test Anything Protocol, version 13 or 14, with subtests in either form. A test that has subtests counts as those. Null: it is no
 * TAP, or the plan and the tests do not agree, as when it was cut off.
 */
export async function readTap(text: string): Promise<TestRun | null> {
  if (!/^(?:TAP version 1[34]|1\.\.\d+|(?:not )?ok 1\b)/m.test(text)) return null
  const { Parser } = await import('tap-parser')
  const cases: TestCase[] = []
  const whole: { durationMs: number | null }[] = []
  const parser = new Parser(({ plan, count, bailout, time }) => {
    if (plan.end !== null && plan.end === count && !bailout) whole.push({ durationMs: time })
  })
  let isCut = false
  listen(parser, [], cases, () => {
    isCut = true
  })
  const tooDeep = ' '.repeat(indentMost)
  parser.end(
    text
      .split('\n')
      .filter((line) => !line.startsWith(tooDeep))
      .join('\n'),
  )
  return whole[0] && !isCut ? runOf(cases, whole[0].durationMs) : null
}

function listen(parser: TapParser, path: readonly string[], cases: TestCase[], onCut: () => void): void {
  let before: number | null = null
  parser.on('child', (child: TapParser) => {
    before = cases.length
    listen(child, [...path, child.name], cases, onCut)
    child.on('complete', ({ plan, count }: FinalResults) => {
      if (plan.end !== count) onCut()
    })
  })
  parser.on('assert', (result: TapResult) => {
    const since = before === null ? [] : cases.slice(before)
    before = null
    const outcome = result.skip || result.todo ? 'skipped' : result.ok ? 'passed' : 'failed'
    // A suite that fails although its tests do not has failed by itself.
    if (since.length > 0 && (outcome !== 'failed' || since.some((one) => one.outcome === 'failed'))) return
    const { message, place } = diagnosisOf(result.diag)
    cases.push({ name: clean([...path, result.name].filter(Boolean).join(' > ')), outcome, message, place })
  })
}

/** What node (`error`, `location`) and vitest (`error.message`, `at`) put into the YAML below a test. */
function diagnosisOf(diag: unknown): { message: string; place: string } {
  if (!isRecord(diag)) return { message: '', place: '' }
  const { error, message, location, at } = diag
  const said = isRecord(error) ? error.message : (error ?? message)
  const place = location ?? at
  return { message: typeof said === 'string' ? clean(said) : '', place: typeof place === 'string' ? clean(place) : '' }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
