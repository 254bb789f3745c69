import { refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Middleware } from './http.ts'
import { problem } from './http.ts'

/** The body's bytes as they were sent: the proof is over them. */
export const readBody = ({ clock }: { clock: Clock }): Middleware => ({
  before({ event }) {
    const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
    if (bytes.length > limits.bodyBytes) return problem(refused('body_too_large'), clock.now())
    event.bytes = bytes
  },
})
