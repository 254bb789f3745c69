import { expect, test } from 'vitest'
import { listCode, read } from './sources.ts'

/** Rooms of which the service worker has a part; what only Node runs is none of it. */
const shared = /^(client|trust|link|protocol|web\/service-worker|web\/shared)\/(?!node\/)/

test('what the service worker may hold loads nothing later: no browser lets it', () => {
  expect(listCode().filter((path) => shared.test(path) && /\bimport\(/.test(read(path)))).toEqual([])
})
