import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { documents, isTitle, namedTests, readNamedTests } from '../../scripts/named-tests.ts'
import { listFiles, read, root } from '../architecture/sources.ts'

const sources = listFiles().filter((path) => /^test\/.*\.tsx?$/.test(path))

test.each(readNamedTests(root))('$document: there is $file > $title', ({ file, title }) => {
  expect(existsSync(join(root, file))).toBe(true)
  // The title of a table's case may stand beside its case.
  const holds = (path: string) => read(path).includes(title)
  expect(holds(file) || sources.some((path) => path.startsWith('test/support/') && holds(path))).toBe(true)
})

test('SECURITY.md has the 25 attacks, each with a test', () => {
  const rows = read('SECURITY.md')
    .split('\n')
    .filter((line) => /^\| \d+ +\|/.test(line))
  expect(rows.map((row) => Number(row.split('|')[1]))).toEqual(Array.from({ length: 25 }, (_, n) => n + 1))
  for (const row of rows) expect(namedTests('SECURITY.md', row).length).toBeGreaterThan(0)
  expect(documents).toContain('SECURITY.md')
})

test('a named title may leave its values open, and nothing else', () => {
  expect(isTitle('%s is an alarm', 'a lower number is an alarm')).toBe(true)
  expect(isTitle('%s is an alarm', 'a lower number is an alarm that stays')).toBe(false)
  expect(isTitle('before its %i seconds', 'before its 30 seconds')).toBe(true)
  expect(isTitle('$name mode: (it) opens', 'psk mode: (it) opens')).toBe(true)
  expect(isTitle('one (a.b)', 'one (axb)')).toBe(false)
  expect(namedTests('x', '[a\\_b](test/a.test.ts) [no](docs/x.md) [c](../test/e2e/c.test.ts)')).toEqual([
    { document: 'x', file: 'test/a.test.ts', title: 'a_b' },
    { document: 'x', file: 'test/e2e/c.test.ts', title: 'c' },
  ])
})

/** How many requirements of level 1 and 2 each section of ASVS 5.0.0 has; they are numbered from 1. V4.1 has 1, 2, 3 and, named apart, 5. */
const sections: Readonly<Record<string, string>> = {
  V1: '2 9 11 3 2',
  V2: '3 3 4 1',
  V3: '0 2 4 6 5 0 2',
  V4: '3 1 2 4',
  V5: '1 3 2 3',
  V6: '3 12 4 4 5 3 0 4',
  V7: '3 4 2 5 2 2',
  V8: '2 3 1 1',
  V9: '3 4',
  V10: '2 2 4 11 5 2 3',
  V11: '2 3 3 4 1 1',
  V12: '3 2 4',
  V13: '1 5 2 5',
  V14: '2 4 3',
  V15: '3 3 7',
  V16: '1 5 4 3 3',
  V17: '1 4 2',
}

test('docs/asvs.md answers each item of ASVS 5.0 level 2 once, and the API Top 10', () => {
  const asked = Object.entries(sections).flatMap(([chapter, counts]) =>
    counts
      .split(' ')
      .flatMap((count, at) => Array.from({ length: Number(count) }, (_, n) => `${chapter}.${at + 1}.${n + 1}`)),
  )
  const rows = [...read('docs/asvs.md').matchAll(/^\| (V\d+\.\d+) +\| (\d+)(?:–(\d+))? +\| (\S.*?) +\|$/gm)]
  const answered = rows.flatMap(([, section, first, last]) => {
    const from = Number(first)
    return Array.from({ length: Number(last ?? first) - from + 1 }, (_, n) => `${section}.${from + n}`)
  })
  const sorted = (items: string[]) => items.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  expect(sorted(answered)).toEqual(sorted([...asked, 'V4.1.5']))
  expect([...read('docs/asvs.md').matchAll(/^\| API(\d+) /gm)].map(([, n]) => Number(n))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ])
})
