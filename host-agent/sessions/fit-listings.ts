import { limits } from '#protocol/limits.ts'
import type { Listing } from '#protocol/statements/listing.ts'

/** An answer is told for so long: whoever asked is looking. */
const keptMs = 10 * 60_000
/** As the status carries them. */
const listingsMost = 4

/** The listings that still count, newest first, within the room that a status has for them: of each as many sessions as fit, and an answer that has none goes. */
export function fitListings(listings: readonly Listing[], now: number): Listing[] {
  const fitting: Listing[] = []
  let left: number = limits.listingChars
  for (const listing of listings.filter(({ at }) => now - at < keptMs).slice(0, listingsMost)) {
    const fitted = withinChars(listing, left)
    if (!fitted) break
    fitting.push(fitted)
    left -= JSON.stringify(fitted).length
  }
  return fitting
}

function withinChars(listing: Listing, chars: number): Listing | null {
  for (let count = Math.min(listing.sessions.length, limits.listedSessions); count >= 0; count -= 1) {
    const isCut = listing.isCut || count < listing.sessions.length
    const fitted = { ...listing, sessions: listing.sessions.slice(0, count), ...(isCut ? { isCut } : {}) }
    if (JSON.stringify(fitted).length <= chars) return fitted
  }
  return null
}
