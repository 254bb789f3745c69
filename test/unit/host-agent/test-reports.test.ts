import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readReport } from '#host-agent/results/read-report.ts'

const folder = join(import.meta.dirname, '../../support/reports')
const report = (name: string) => readFileSync(join(folder, name), 'utf8')

/** The same tests by every tool; see test/support/reports. `place` and `message` are what must be in them. */
const node = { passed: 2, failed: 2, skipped: 2 }
const vitest = { ...node, message: 'expected 1 to be 2' }
const jest = { ...node, name: 'subtracts <a & b>', message: 'Expected: 2' }
const pytest = { passed: 2, failed: 3, skipped: 2, message: 'assert (2 - 1) == 2' }
const expected = {
  'jest.txt': { ...jest, place: 'sum.test.js:4' },
  'jest-json.txt': { ...jest, place: '/project/sum.test.js:4' },
  'node.tap': { ...node, name: 'subtracts <a & b>', place: 'sum.test.js:4:1', message: '1 == 2' },
  'node-junit.xml': { ...node, name: 'subtracts <a & b>', place: 'sum.test.js:4', message: '1 == 2' },
  'node-spec.txt': { ...node, name: 'subtracts <a & b>', place: 'sum.test.js:4:1', message: '1 == 2' },
  'vitest.tap': { ...vitest, name: 'subtracts <a & b>', place: '/project/sum.test.ts:3:49' },
  'vitest-flat.tap': { ...vitest, name: 'subtracts <a & b>', place: '/project/sum.test.ts:3:49' },
  'vitest-json.txt': { ...vitest, name: 'subtracts <a & b>', place: '/project/sum.test.ts:3' },
  'vitest-junit.xml': { ...vitest, name: 'subtracts <a & b>', place: 'sum.test.ts:3' },
  'vitest.txt': { ...vitest, name: 'subtracts <a & b>', place: 'sum.test.ts:3' },
  'pytest-junit.xml': { ...pytest, name: 'test_subtracts', place: 'test_sum.py:3' },
  'pytest.txt': { ...pytest, name: 'test_sum.py::test_subtracts', place: 'test_sum.py:3' },
  'pytest-q.txt': { ...pytest, name: 'test_sum.py::test_subtracts', place: 'test_sum.py:3' },
  'go-json.txt': {
    passed: 2,
    failed: 3,
    skipped: 1,
    name: 'example.com/sum > TestSubtracts',
    place: 'sum_test.go:12',
    message: 'got 1, want 2',
  },
}

test('every report that is kept here is expected', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(expected).sort())
})

test.each(Object.entries(expected))('%s', async (file, { passed, failed, skipped, name, place, message }) => {
  const run = await readReport(report(file))
  expect(run).toMatchObject({ passed, failed, skipped })
  expect(run?.failures).toHaveLength(failed)
  const failure = run?.failures.find((one) => one.name.endsWith(name))
  expect(failure?.place).toContain(place)
  expect(failure?.message).toContain(message)
})

test('a report that is cut off claims nothing, or what its last lines say', async () => {
  for (const [file, { passed, failed }] of Object.entries(expected)) {
    const text = report(file)
    const half = await readReport(text.slice(0, text.length / 2))
    if (half) expect(half, `${file}, its first half`).toMatchObject({ passed, failed })
    const end = await readReport(text.slice(text.length / 2), true)
    if (end) expect(end, `${file}, its second half`).toMatchObject({ passed, failed })
  }
})

const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i} "${`&a${i - 1};`.repeat(10)}">`).join('')}]><testsuite><testcase name="&a8;"/></testsuite>`
const bad: Record<string, string> = {
  'entities within entities': bomb,
  'a file of the machine as an entity':
    '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&f;"/></testsuite>',
  'XML nested without end': `<testsuite>${'<a>'.repeat(200_000)}`,
  'TAP nested without end': `TAP version 13\n${Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i * 4)}ok 1 - t\n`).join('')}`,
  'TAP braces without end': `TAP version 13\n${'ok 1 - t {\n'.repeat(20_000)}`,
  'JSON nested without end': `{"numTotalTests":1,"testResults":${'['.repeat(1_000_000)}}`,
  'more cases than are looked at': `{"numTotalTests":1,"testResults":[{"assertionResults":[${'{"fullName":"","status":"passed"},'.repeat(100_000)}{"fullName":"","status":"passed"}]}]}`,
  '100 MB': `<testsuite>${'<testcase name="x"/>'.repeat(5_000_000)}</testsuite>`,
  'colons and spaces': ' :=-'.repeat(900_000),
  'one long line': `FAILED ${'a::'.repeat(1_200_000)}`,
}

test.each(Object.entries(bad))('%s is no report', { timeout: 60_000 }, async (_, text) => {
  expect(await readReport(text)).toBeNull()
})

test('what only looks like XML, TAP or JSON never throws', async () => {
  const texts = Object.keys(expected).map(report)
  const mutated = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(50), fc.string()).map(([text, at, cut, put]) => {
    const from = at % text.length
    return text.slice(0, from) + put + text.slice(from + cut)
  })
  await fc.assert(
    fc.asyncProperty(mutated, async (text) => {
      const run = await readReport(text)
      if (run) expect(run.passed + run.failed + run.skipped).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 300 },
  )
})

test('names of a report can be anything, also what an object has by itself', async () => {
  const cases = ['__proto__', 'constructor', '\u001b[31mred', '&#60;b&#62;'].map((name) => `<testcase name="${name}"/>`)
  const run = await readReport(`<testsuite>${cases.join('').replaceAll('\u001b', '')}</testsuite>`)
  expect([...(run?.passedNames ?? [])]).toEqual(['__proto__', 'constructor', '[31mred', '<b>'])
})
