import * as z from 'zod/mini'
import { Millis } from '../encoding.ts'
import { ApprovalId, HostId, TeamId } from '../ids.ts'

/** What a push carries when the approval itself is too large for one: `countersign.notice`, signed by the host. The device fetches the approval before it shows it. */
export const PushNotice = z.strictObject({
  v: z.literal(1),
  aud: TeamId,
  host: HostId,
  approval: ApprovalId,
  /** `digest`: one session asks so much that its approvals are not pushed one by one for a while. */
  kind: z.enum(['too-large', 'digest']),
  iat: Millis,
})
export type PushNotice = z.infer<typeof PushNotice>
