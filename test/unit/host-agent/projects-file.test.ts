import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadProjects } from '#host-agent/projects/projects-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-projects-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'projects.yaml')
const served = [
  { path: '/srv/a/shop', name: 'shop' },
  { path: '/srv/b/shop', name: 'shop' },
  { path: '/srv/c', name: 'c' },
]
const leftOut: string[] = []
const load = (text: string) => {
  writeFileSync(path, text)
  return loadProjects(path, served, (name) => void leftOut.push(name))
}

test('no file means that the host does nothing by itself', async () => {
  const loaded = await loadProjects(join(folder, 'nowhere'), served, () => {})
  expect(loaded).toMatchObject({ ok: true, value: [{ checks: {} }, { checks: {} }, { checks: {} }] })
})

test('the example of the documentation is valid', async () => {
  const { readFileSync } = await import('node:fs')
  const [, example] = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/projects.md', 'utf8')) ?? []
  expect(await load(example ?? '')).toMatchObject({ ok: true })
})

test('a path comes before a name, and what is for no project of this host is told', async () => {
  const loaded = await load(`version: 1
projects:
  shop: { test: by name }
  /srv/b/shop: { test: by path }
  elsewhere: { test: x }
`)
  expect(loaded.ok && loaded.value.map(({ checks }) => checks.test)).toEqual(['by name', 'by path', undefined])
  expect(leftOut).toContain('elsewhere')
})

test.each<string[]>([
  ['version: 1\nprojects:\n  shop:\n    tset: npm test\n', 'line 4: projects.shop'],
  ['version: 1\nprojects:\n  shop:\n    test: ""\n', 'line 4: projects.shop.test'],
  ['version: 1\nprojects:\n  shop: {}\n  shop: {}\n', 'line 4'],
  ...['http://example.org:80/', 'https://127.0.0.1:1/', 'http://127.0.0.1/', 'file:///etc/passwd'].map((url) => [
    `version: 1\nprojects:\n  shop:\n    screenshot: { serve: x, url: "${url}" }\n`,
    'shop.screenshot.url',
  ]),
  [
    'version: 1\nprojects:\n  shop:\n    screenshot: { serve: x, url: "http://localhost:1/", paths: [//evil] }\n',
    'paths.0',
  ],
  ['version: 2\nprojects: {}\n', 'line 1: version'],
  ['', 'line 1'],
])('%j is refused with its line', async (text = '', place = '') => {
  const loaded = await load(text)
  expect(loaded).toMatchObject({ ok: false, code: 'projects_invalid' })
  expect(loaded.ok ? '' : loaded.detail).toContain(place)
})
