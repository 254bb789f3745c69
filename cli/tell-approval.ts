import type { ApprovalCard } from '#client/read-approval.ts'
import { gestureFor } from '#trust/gesture.ts'
import type { Output } from './output.ts'
import { showApproval } from './show-approval.ts'
import { nameOf, type TeamNames } from './team-names.ts'

/** One approval as a fact, whole in either form: all that a person signs with an answer, what was said so far, and what became of it. `now` by the relay's clock. */
export function tellApproval(
  output: Output,
  card: ApprovalCard,
  { names, now }: { names: TeamNames; now: number },
): void {
  const { approval, decision, receipt } = card
  const { host, task, tier, digest, project, operation, quorum, scopes, rule, steps, agentWords } = approval
  const fields = {
    approval: card.id,
    state: card.state,
    host,
    task,
    tier,
    digest,
    project,
    operation,
    gesture: gestureFor(approval),
    quorum,
    scopes,
    ...(rule ? { rule } : {}),
    ...(steps ? { steps } : {}),
    ...(agentWords === undefined ? {} : { agentWords }),
    createdAt: approval.iat,
    expiresAt: approval.expiresAt,
    ...(decision ? { decision } : {}),
    ...(receipt ? { outcome: receipt.outcome, decisions: receipt.decisions } : {}),
  }
  const by = (receipt?.decisions ?? []).map(
    ({ device, answer, code }) => `\n  ${answer} by ${nameOf(names, device)}${code ? `: not counted, ${code}` : ''}`,
  )
  output.fact('approval', fields, `${showApproval(card, { names, now })}${by.join('')}`)
}
