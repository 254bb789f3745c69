import * as z from 'zod/mini'
import { Millis } from '../encoding.ts'
import { Kid, TeamId } from '../ids.ts'
import { Passkey } from './passkey.ts'

/**
 * A device asks an owner to state its passkey in the trust log: `countersign.passkey-request`, signed by that device. It travels from phone to phone as a link; nothing in it
 * is secret, and only an owner's signature makes anything of it.
 */
export const PasskeyRequest = z.strictObject({
  v: z.literal(1),
  aud: TeamId,
  device: Kid,
  passkey: Passkey,
  iat: Millis,
})
export type PasskeyRequest = z.infer<typeof PasskeyRequest>
