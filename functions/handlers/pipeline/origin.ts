import { refused } from '#protocol/errors.ts'
import type { HttpPorts } from '../../ports/ports.ts'
import type { Middleware } from './http.ts'
import { problem } from './http.ts'

/** Absent: not a page, or a page's own GET; the proof decides. Present: has to be one of the relay's own. */
export const originAllowed = (origin: string | undefined, origins: readonly string[]): boolean =>
  origin === undefined || origins.includes(origin)

export const checkOrigin = ({ settings, clock }: Pick<HttpPorts, 'settings' | 'clock'>): Middleware => ({
  before({ event }) {
    if (!originAllowed(event.headers.origin, settings.origins)) return problem(refused('origin_refused'), clock.now())
  },
})
