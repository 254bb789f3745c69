import type { Operation } from '#protocol/statements/operation.ts'
import { stillMay } from '#trust/still-may.ts'
import type { HostContext } from '../context.ts'
import { findPlan, type May, planApprovers } from '../plan/find-plan.ts'
import { findRule, liveRules } from '../policy/standing-rules.ts'
import { termsOf } from '../policy/terms.ts'
import { standingOf } from '../team/standing.ts'
import { whyHalted } from '../team/why-halted.ts'
import type { Asker } from './gate.ts'

/** Whether a person has let this run without asking: by the task's plan or by a standing rule. Noted, and counted, before it does. */
export async function allowedBefore(
  context: HostContext,
  { taskId, project }: Asker,
  operation: Operation,
  digest: string,
  asking: number | null,
): Promise<'plan' | 'rule' | null> {
  const { memory, clock } = context
  // Nothing stands for sessions that no task was asked for.
  if (taskId === null) return null
  const now = clock.now()
  const terms = termsOf(context.policy.policy, asking)
  const makers = liveRules(memory, now).map(({ device }) => device)
  const standing = await standingOf(context, [...planApprovers(memory, taskId), ...makers])
  const may: May = (kid, what) => standing !== null && stillMay(standing, kid, what)
  const plan = findPlan(memory, { operation, taskId, terms, may })
  const rule = plan ? null : findRule(memory, { operation, taskId, project, terms, may, now })
  const by = plan ?? rule
  if (!by) return null
  const { policyHash } = context.policy
  const { tier } = operation
  const kept = { taskId, digest, verdict: 'allow', rule: asking, tier, policyHash, standing: by.id } as const
  await memory.record({ type: 'verdict', ...kept })
  // Whoever let it run was taken out of the team, or given less, while the disk was written: it is noted, and lets nothing run.
  const team = context.team.state()
  const still: May = (kid, what) => standing !== null && team !== null && stillMay({ ...standing, team }, kid, what)
  const stands = rule
    ? !rule.revoked && still(rule.device, rule.from)
    : findPlan(memory, { operation, taskId, terms, may: still }) !== null
  if (!stands || whyHalted(context)) return null
  if (!rule) return 'plan'
  // How often it may still is on the host's page.
  context.statusChanged()
  const text = `Allowed by the rule of ${rule.id}, ${rule.used} of ${rule.uses} times: ${operation.command ?? ''}`
  context.emit(taskId, { type: 'notice', at: now, code: 'rule_used', text: text.slice(0, 2_000) })
  return 'rule'
}
