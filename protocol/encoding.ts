import * as z from 'zod/mini'

/** base64url without padding, RFC 4648 section 5. `max` counts characters. */
export const base64url = (max: number) => z.string().check(z.regex(/^[A-Za-z0-9_-]+$/), z.maxLength(max))

/** SHA-256 as base64url: 43 characters. */
export const Hash = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/))
export type Hash = z.infer<typeof Hash>

/** A compact JWS, RFC 7515 section 3.1. `max` counts characters. */
export const jws = (max: number) =>
  z.string().check(z.regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/), z.maxLength(max))

/** Milliseconds since the epoch. */
export const Millis = z.int().check(z.nonnegative())

/** Plain text of a bounded length in UTF-16 units. */
export const text = (max: number) => z.string().check(z.maxLength(max))
