import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { listFiles, read, root } from '../architecture/sources.ts'
import { withErrorTable } from '../../scripts/error-table.ts'

const documents = listFiles().filter((path) => path.endsWith('.md'))
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

test('the table of refusals in the README is the one of protocol/errors.ts: node scripts/bootstrap.mjs scripts/docs.ts', () => {
  const text = read('README.md')
  expect(text).toBe(withErrorTable(text))
})

test.each(documents)('%s names only commands that exist', (path) => {
  const named = [...read(path).matchAll(/npm (?:run )?([a-z][\w:-]*)/g)].map(([, name]) => name ?? '')
  const ours = named.filter((name) => !['ci', 'install'].includes(name))
  expect(ours.filter((name) => !(name in scripts))).toEqual([])
})

test.each(documents)('every link and picture of %s leads somewhere', (path) => {
  const links = [...read(path).matchAll(/\]\(([^)#\s]+)[^)]*\)|src="([^"]+)"/g)].map(([, link, source]) => link ?? source ?? '')
  const ours = links.filter((link) => !/^[a-z]+:/.test(link))
  expect(ours.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([])
})
