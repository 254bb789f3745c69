import { expect, test } from 'vitest'
import { newId, TaskId } from '#protocol/ids.ts'

test('an id is a ULID: it sorts by its time and no two are alike', () => {
  const ids = [0, 1, 1_469_922_850_259, 2 ** 48 - 1].map((now) => newId('tsk', now))
  expect([...ids].sort()).toEqual(ids)
  expect(ids.every((id) => TaskId.safeParse(id).success)).toBe(true)
  // The time of the specification's own example.
  expect(ids[2]?.slice(4, 14)).toBe('01ARZ3NDEK')
  expect(ids[3]?.slice(4, 14)).toBe('7ZZZZZZZZZ')
  expect(new Set(Array.from({ length: 1_000 }, () => newId('tsk', 1))).size).toBe(1_000)
})
