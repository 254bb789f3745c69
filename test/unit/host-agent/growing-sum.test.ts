import { expect, test } from 'vitest'
import { createGrowingSum } from '#host-agent/sandbox/caps/growing-sum.ts'

const total = (...sums: number[]) => {
  const counter = createGrowingSum()
  return sums.reduce((all, sum) => all + counter.read(sum), 0)
}

test('what is missing in one look only is not counted twice', () => {
  expect(total(10, 150, 0, 150, 160)).toBe(160)
  expect(total(150, 0, 155, 0, 160)).toBe(160)
})

test('what is gone for ever stays counted, and what comes after it counts', () => {
  expect(total(150, 0, 0, 40, 80)).toBe(230)
  expect(total(150, 0, 20, 60)).toBe(210)
  expect(total(150, 100, 90, 140, 150, 160)).toBe(220)
})
