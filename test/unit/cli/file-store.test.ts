import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileStore, StateDamaged } from '#cli/file-store.ts'
import type { Store } from '#client/store.ts'
import { memoryStore } from '#client/store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-store-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const adapters: [string, () => Store][] = [
  ['memory', memoryStore],
  ['files', () => fileStore(folder)],
]

describe.each(adapters)('a store in %s', (_, open) => {
  test('gives back what was put, and not the same object', async () => {
    const store = open()
    const value = { a: [1, 2] }
    await store.put('task/1', value)
    value.a.push(3)
    expect(await store.get('task/1')).toEqual({ a: [1, 2] })
    expect(await store.get('task/2')).toBeUndefined()
  })

  test('lists by prefix, in order of the keys', async () => {
    const store = open()
    for (const key of ['outbox/b', 'outbox/a', 'other/a']) await store.put(key, key)
    expect(await store.list('outbox/')).toEqual([
      { key: 'outbox/a', value: 'outbox/a' },
      { key: 'outbox/b', value: 'outbox/b' },
    ])
    await store.delete('outbox/a')
    await store.delete('outbox/a')
    expect(await store.list('outbox/')).toHaveLength(1)
  })

  test('updates are one step each: none of many at once is lost', async () => {
    const store = open()
    await Promise.all(Array.from({ length: 20 }, () => store.update<number>('n', (old = 0) => old + 1)))
    expect(await store.get('n')).toBe(20)
  })

  test('an update that changes nothing returns what is there', async () => {
    const store = open()
    expect(await store.update('n', () => undefined)).toBeUndefined()
    await store.put('n', 1)
    expect(await store.update('n', () => undefined)).toBe(1)
  })
})

test('files are for their owner only, whatever their keys are named', async () => {
  const store = fileStore(folder)
  await store.put('../../evil/..', 'x')
  expect(await store.get('../../evil/..')).toBe('x')
  const [name = ''] = readdirSync(folder)
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
})

test('a damaged file is put aside and said, never overwritten', async () => {
  const store = fileStore(folder)
  writeFileSync(join(folder, 'team.json'), '{"teamId": "tm_')
  await expect(store.get('team')).rejects.toBeInstanceOf(StateDamaged)
  expect(readdirSync(folder)).toEqual(['team.json.damaged'])
})
