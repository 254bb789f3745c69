import { expect, test } from 'vitest'
import { fitListings } from '#host-agent/sessions/fit-listings.ts'
import { limits } from '#protocol/limits.ts'
import { Listing } from '#protocol/statements/listing.ts'

const listing = (at: number, count: number): Listing => ({
  input: 'inp_01KSR49BWXZPBY9JGJ84MWSZKN',
  agent: 'custom',
  project: '/srv/project',
  sessions: Array.from({ length: count }, (_, index) => ({
    id: `session-${index}`,
    title: 'x'.repeat(100),
    updatedAt: at,
  })),
  at,
})
const countOf = (listings: readonly Listing[]) => listings.map(({ sessions }) => sessions.length)

test('an answer is told for ten minutes, the newest first', () => {
  const [now, minute] = [1_000_000, 60_000]
  expect(fitListings([listing(now, 1), listing(now - 9 * minute, 2), listing(now - 10 * minute, 3)], now)).toEqual([
    listing(now, 1),
    listing(now - 9 * minute, 2),
  ])
})

test('all of them fit the room of a status: sessions are cut and said to be, then whole answers go', () => {
  const fitted = fitListings([listing(0, 100), listing(0, 100), listing(0, 100), listing(0, 1), listing(0, 1)], 0)
  expect(JSON.stringify(fitted).length).toBeLessThanOrEqual(limits.listingChars + 10)
  expect(fitted[0]).toMatchObject({ isCut: true })
  expect(countOf(fitted)[0]).toBeGreaterThan(20)
  for (const each of fitted) expect(Listing.parse(each)).toEqual(each)
})

test('an answer that is cut already stays so, and never names more than a status may', () => {
  const short = { ...listing(0, 0), sessions: Array.from({ length: 200 }, (_, id) => ({ id: `${id}` })) }
  expect(countOf(fitListings([short], 0))).toEqual([limits.listedSessions])
  expect(fitListings([{ ...listing(0, 1), isCut: true }], 0)[0]?.isCut).toBe(true)
  expect(fitListings([listing(0, 1)], 0)[0]?.isCut).toBeUndefined()
})
