import * as z from 'zod/mini'
import { Hash, Millis, text } from '../encoding.ts'
import { TeamId } from '../ids.ts'

/** Proof of key (after RFC 9449): bound to one method, one path and one body, for at most a minute. */
export const Proof = z.strictObject({
  /** The relay's configured public origin, never read from the Host header. */
  aud: text(300),
  htm: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
  /** Path with query. */
  htu: text(500),
  jti: z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/)),
  /** Epoch milliseconds, as every time here. */
  iat: Millis,
  exp: Millis,
  /** Absent only where the caller belongs to no team yet. */
  team: z.optional(TeamId),
  /** SHA-256 of the body's bytes; absent means no body. */
  body: z.optional(Hash),
})
export type Proof = z.infer<typeof Proof>
