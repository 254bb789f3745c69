import { refused } from '#protocol/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Middleware } from './http.ts'
import { problem } from './http.ts'

const outages = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'TimeoutError',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
])

/** Whether trying again may help: the database or the network did not answer. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return outages.has(error.name) || outages.has(code)
}

/** An exception is a bug or an outage. It goes to the log; the caller learns a code and nothing of its text. */
export const catchErrors = (ports: { log: Log; clock: Clock }): Middleware => ({
  onError({ error, event }) {
    ports.log.error('request failed', { route: event.routeKey, requestId: event.requestContext?.requestId }, error)
    return problem(refused(isOutage(error) ? 'unavailable' : 'internal'), ports.clock.now())
  },
})
