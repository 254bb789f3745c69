import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readInside } from '#host-agent/results/read-inside.ts'
import { openReportFiles, type ReportFiles } from '#host-agent/results/report-files.ts'
import { sessionTests } from '#host-agent/results/session-tests.ts'
import type { TestRun } from '#host-agent/results/test-run.ts'
import { type TestsEvent, testsEvent } from '#host-agent/results/tests-event.ts'
import { TaskEvent } from '#protocol/statements/events.ts'

const report = (name: string) => readFileSync(join(import.meta.dirname, '../../support/reports', name), 'utf8')
const run = (passed: readonly string[], failed: readonly string[], isNamed = true): TestRun => ({
  passed: passed.length,
  failed: failed.length,
  skipped: 0,
  durationMs: null,
  failures: failed.map((name) => ({ name, message: '', place: '' })),
  passedNames: isNamed ? new Set(passed) : null,
})

function setUp(files: ReportFiles = { look: async () => [] }) {
  const told: TestsEvent[] = []
  const tests = sessionTests(Promise.resolve(files), (event) => void told.push(event))
  const ended = (key: string) =>
    tests.hear({ type: 'tool', key, title: 'npm test', kind: 'execute', status: 'completed' })
  const printed = (key: string, text: string) => tests.hear({ type: 'output', key, stream: 'both', text })
  return { told, tests, ended, printed }
}

test('a report in a command’s output is told with what changed since the one before', async () => {
  const { told, tests, ended, printed } = setUp()
  const first = report('node.tap')
  for (const part of first.match(/[\s\S]{1,40}/g) ?? []) printed('a', part)
  ended('a')
  const mended = first.replace('not ok 2 - subtracts', 'ok 2 - subtracts').replace('ok 1 - adds', 'not ok 1 - adds')
  // The end of a call may come before its output.
  ended('b')
  printed('b', mended)
  await tests.settled()
  expect(told).toMatchObject([
    { passed: 2, failed: 2, skipped: 2, by: 'agent' },
    { passed: 2, failed: 2, newlyFailing: ['adds'], newlyPassing: ['subtracts <a & b>'] },
  ])
  expect(told[0]).not.toHaveProperty('newlyFailing')
})

test('of output without end, the end is looked at, and commands without end are forgotten', async () => {
  const { told, tests, ended, printed } = setUp()
  for (let mb = 0; mb < 20; mb += 1) printed('a', '.'.repeat(1_000_000))
  printed('a', `\n${report('pytest-q.txt')}`)
  ended('a')
  await tests.settled()
  expect(told).toMatchObject([{ passed: 2, failed: 3 }])
  printed('old', report('node.tap'))
  for (let n = 0; n < 20; n += 1) printed(`${n}`, 'x')
  ended('old')
  await tests.settled()
  expect(told).toHaveLength(1)
})

function projectFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-reports-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'test-results'))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  return { folder, write }
}

test('reports that commands write into the project are told once: not those from before, not what the output told', async () => {
  const { folder, write } = projectFolder()
  write('junit.xml', report('vitest-junit.xml'))
  const { told, tests, ended, printed } = setUp(await openReportFiles(folder))
  printed('a', report('pytest.txt'))
  write('test-results/pytest.xml', report('pytest-junit.xml'))
  ended('a')
  await tests.settled()
  expect(told).toMatchObject([{ passed: 2, failed: 3 }])
  write('test-results/TEST-a.xml', '<testsuite><testcase name="a" time="0.5"/></testsuite>')
  write('test-results/TEST-b.xml', '<testsuite><testcase name="b" time="1"><failure/></testcase></testsuite>')
  ended('b')
  await tests.settled()
  expect(told[1]).toMatchObject({ passed: 1, failed: 1, durationMs: 1_500, newlyFailing: ['b'], newlyPassing: [] })
  expect(told).toHaveLength(2)
})

test('what only lies where a report would be is not read: links out of the project, pipes, what is too large', async () => {
  const { folder, write } = projectFolder()
  const outside = projectFolder()
  outside.write('junit.xml', report('vitest-junit.xml'))
  const files = await openReportFiles(folder)
  symlinkSync(join(outside.folder, 'junit.xml'), join(folder, 'junit.xml'))
  symlinkSync(outside.folder, join(folder, 'reports'))
  execFileSync('mkfifo', [join(folder, 'test-results', 'pipe.xml')])
  write('test-results/large.xml', `<testsuite><testcase name="x"/>${' '.repeat(5_000_000)}</testsuite>`)
  expect(await files.look()).toEqual([])
  expect(await readInside(join(folder, 'junit.xml'), folder, 1_000_000)).toBeNull()
  expect(await readInside(join(folder, 'test-results', 'pipe.xml'), folder, 1_000_000)).toBeNull()
})

test('where a report names no test that passes, one that failed passes again only if as many were run', () => {
  const before = run(['a', 'b'], ['c', 'd'], false)
  expect(testsEvent(run(['c'], [], false), before, 'agent')).toMatchObject({ newlyPassing: [] })
  expect(testsEvent(run(['a', 'b', 'c'], ['d'], false), before, 'agent')).toMatchObject({ newlyPassing: ['c'] })
  expect(testsEvent(run(['x', 'y', 'z', 'd'], []), run([], ['c', 'd']), 'agent')).toMatchObject({ newlyPassing: ['d'] })
})

test('however much fails, the event fits and is what the log takes', () => {
  const long = (n: number) => `${n}${'\u0001\u{1f6d1}é"'.repeat(2_000)}`
  const failures = Array.from({ length: 3_000 }, (_, n) => ({ name: long(n), message: long(n), place: long(n) }))
  const event = testsEvent(
    { ...run([], []), failed: 3_000, failures },
    run(
      [],
      failures.map(({ name }) => `x${name}`),
    ),
    'host',
  )
  expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(9_500)
  expect(TaskEvent.safeParse({ ...event, at: 1 }).success).toBe(true)
})
