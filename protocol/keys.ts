import * as z from 'zod/mini'
import { Kid } from './ids.ts'

const coordinate = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/))

/** A P-256 public key, RFC 7518 section 6.2.1, with nothing but what its thumbprint covers. */
export const PublicJwk = z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate })
export type PublicJwk = z.infer<typeof PublicJwk>

/** The two public keys of a device or a host. `kid` is the thumbprint of `sign` and has to be checked by whoever relies on it. */
export const PublicKeys = z.strictObject({ kid: Kid, sign: PublicJwk, seal: PublicJwk })
export type PublicKeys = z.infer<typeof PublicKeys>
