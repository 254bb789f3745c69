import * as z from 'zod/mini'
import { Hash, Millis, text } from '../encoding.ts'
import { ApprovalId, HostId, Kid, PersonId, TaskId, TeamId } from '../ids.ts'
import { limits } from '../limits.ts'
import { AuditHead } from './audit-head.ts'
import { Answer } from './decision.ts'

export const Outcome = z.enum([
  'released',
  'executed',
  'denied',
  'expired',
  'canceled',
  'stale',
  'indeterminate',
  'rejected',
])
export type Outcome = z.infer<typeof Outcome>

/** Who decided what; `code` names why a decision was not accepted. */
export const CountedDecision = z.strictObject({
  device: Kid,
  person: z.nullable(PersonId),
  answer: Answer,
  reason: z.optional(text(limits.reasonChars)),
  code: z.optional(text(60)),
})
export type CountedDecision = z.infer<typeof CountedDecision>

/**
 * What the host did with the decisions: `countersign.receipt`. The first one settles the approval; of a released operation a second one (`executed` or
 * `indeterminate`) follows in the task's log.
 */
export const Receipt = z.strictObject({
  v: z.literal(1),
  aud: TeamId,
  host: HostId,
  approval: ApprovalId,
  task: z.nullable(TaskId),
  digest: Hash,
  outcome: Outcome,
  decisions: z.array(CountedDecision).check(z.maxLength(limits.decisionsPerApproval)),
  /** For `executed`: the exit code where there is one. */
  exitCode: z.optional(z.nullable(z.int())),
  /** What the host's audit chain held on the disk when it signed: whoever keeps the receipt is its witness. */
  audit: z.optional(AuditHead),
  at: Millis,
})
export type Receipt = z.infer<typeof Receipt>
