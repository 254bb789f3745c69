import type { ErrorCode } from '#protocol/errors.ts'
import type { HostContext } from '../context.ts'

/**
 * Why this host does nothing for now, whoever asks: a file of its own is not valid (policy, models, projects), owners have signed two different trust logs, or they hold it
 * to another policy than the one it has. Null: it works.
 */
export function whyHalted({ team, hostId, policy, fileProblem }: HostContext): ErrorCode | null {
  if (fileProblem) return fileProblem.code
  if (team.fork()) return 'trust_log_forked'
  const agreed = team.state()?.policies.get(hostId)
  return agreed !== undefined && agreed !== policy.policyHash ? 'policy_not_agreed' : null
}
