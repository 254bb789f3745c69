import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { backOffMs, connectBackOff } from '#link/back-off.ts'
import { routeUrl } from '#link/route-url.ts'

test('waits grow, stay below the ceiling, and never become a hot loop', () => {
  void fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (tries, chance) => {
        const wait = backOffMs(connectBackOff, tries, () => chance)
        expect(wait).toBeGreaterThanOrEqual(connectBackOff.firstMs / 2)
        expect(wait).toBeLessThanOrEqual(connectBackOff.mostMs)
      },
    ),
  )
  expect(backOffMs(connectBackOff, 1, () => 1)).toBe(300)
  expect(backOffMs(connectBackOff, 2, () => 0)).toBe(300)
  expect(backOffMs(connectBackOff, 40, () => 0)).toBe(15_000)
})

test('a path is filled, a query added, and what is undefined left out', () => {
  expect(routeUrl('/v1/tasks/{id}/events', { id: 'tsk_1' }, { after: '7' })).toBe('/v1/tasks/tsk_1/events?after=7')
  expect(routeUrl('/v1/trust', {}, { from: undefined })).toBe('/v1/trust')
  expect(routeUrl('/v1/tasks/{id}', { id: '../a?b#c' }, {})).toBe('/v1/tasks/..%2Fa%3Fb%23c')
})
