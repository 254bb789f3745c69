import { expect, test } from 'vitest'
import { figure, percentile } from '../../bench/figure.ts'

test('a percentile is the smallest sample that so many are not above', () => {
  const samples = [5, 1, 4, 2, 3]
  expect([0, 20, 50, 99, 100].map((p) => percentile(samples, p))).toEqual([1, 1, 3, 5, 5])
  expect(() => percentile([], 50)).toThrow()
})

test('a figure has the ratio to its floor, and none without', () => {
  expect(figure('a', 6, 'ms', 2)).toEqual({ name: 'a', value: 6, unit: 'ms', floor: 2, ratio: 3 })
  expect(figure('b', 6, 'ms')).toEqual({ name: 'b', value: 6, unit: 'ms', floor: null, ratio: null })
})
