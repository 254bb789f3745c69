import * as z from 'zod/mini'
import { Millis } from '../encoding.ts'
import { PushCheckId, TeamId } from '../ids.ts'

/** A device's push to itself, to see whether notifications arrive: `countersign.push-check`, signed by the device that receives it. */
export const PushCheck = z.strictObject({ v: z.literal(1), aud: TeamId, id: PushCheckId, iat: Millis })
export type PushCheck = z.infer<typeof PushCheck>
