import * as z from 'zod/mini'
import { Millis, text } from '../encoding.ts'
import { HostId, Kid, TeamId } from '../ids.ts'

/** That a device was let into the team: `countersign.newcomer`, signed by a host that has seen it in the trust log, pushed to the team's other devices. Label and person are empty where the host knows none. */
export const NewcomerNotice = z.strictObject({
  v: z.literal(1),
  aud: TeamId,
  host: HostId,
  device: Kid,
  label: text(80),
  person: text(80),
  iat: Millis,
})
export type NewcomerNotice = z.infer<typeof NewcomerNotice>
