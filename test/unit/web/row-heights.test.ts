import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { openRowHeights } from '#web/app/model/row-heights.ts'

test('where rows begin and which row is at a place, as a plain sum would say', () => {
  const row = fc.tuple(fc.nat(49), fc.integer({ min: 1, max: 300 }))
  void fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.array(row), fc.nat(16_000), (count, measured, place) => {
      const heights = openRowHeights(40)
      heights.setCount(count)
      const plain = Array.from({ length: count }, () => 40)
      for (const [at, height] of measured) {
        if (at >= count) continue
        expect(heights.measured(at, height)).toBe(height - (plain[at] ?? 0))
        plain[at] = height
      }
      const topOf = (at: number) => plain.slice(0, at).reduce((sum, height) => sum + height, 0)
      for (let at = 0; at <= count; at += 1) expect(heights.top(at)).toBe(topOf(at))
      const found = plain.findIndex((_, at) => topOf(at + 1) > place)
      expect(heights.rowAt(place)).toBe(found === -1 ? count - 1 : found)
    }),
  )
})

test('rows that come keep what was measured; fewer begin anew', () => {
  const heights = openRowHeights(10)
  heights.setCount(2)
  heights.measured(0, 25)
  heights.setCount(5)
  expect([heights.top(1), heights.top(5)]).toEqual([25, 65])
  heights.setCount(3)
  expect(heights.top(3)).toBe(30)
})
