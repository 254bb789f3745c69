import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadModels } from '#host-agent/models/models-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-models-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const load = (text: string) => {
  writeFileSync(join(folder, 'models.yaml'), text)
  return loadModels(folder)
}

test('no file means no readers and no routes', async () => {
  expect(await loadModels(join(folder, 'nowhere'))).toEqual({ ok: true, value: { version: 1 } })
})

test('the example of the documentation is valid', async () => {
  const { readFileSync } = await import('node:fs')
  const [, example] = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/routes.md', 'utf8')) ?? []
  expect(await load(example ?? '')).toMatchObject({ ok: true, value: { version: 1 } })
})

test.each([
  ['routes:\n  - nmae: x\n    agent: y\nversion: 1', 'routes.0'],
  ['version: 2', 'version'],
  ['version: 1\nroutes: [{ name: a, agent: x }, { name: a, agent: y }]', 'two have the same name'],
  ['version: 1\nreaders:\n  - name: q\n    models:\n      - baseUrl: file:///etc/passwd\n        model: m', 'baseUrl'],
  [
    'version: 1\nreaders:\n  - name: q\n    models:\n      - baseUrl: https://a.example\n        model: m\n        key: sk-1',
    'models.0',
  ],
  ['version: 1\nversion: 1', 'unique'],
  ['version: [', 'models.yaml'],
  ['', 'models.yaml'],
])('%j is refused with its place', async (text, place) => {
  const loaded = await load(text)
  expect(loaded).toMatchObject({ ok: false, code: 'models_invalid' })
  expect(loaded.ok ? '' : loaded.detail).toContain(place)
})
