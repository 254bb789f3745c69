import type { Approval } from '#protocol/statements/approval.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { strongest } from '#trust/gesture.ts'
import type { TeamState } from '#trust/trust-log.ts'
import type { HostContext } from '../context.ts'
import { type ApprovalMemory, type Memory, mayHaveRun } from '../memory.ts'
import { followLinks } from '../places.ts'
import type { Terms } from '../terms.ts'
import { judgeOperation } from './judge-operation.ts'

/** The plan by which a task works: the last one of it that was approved, by people of whom all still belong to the team. Null: there is none. */
export function approvedPlan(
  { approvals }: Pick<Memory, 'approvals'>,
  taskId: string,
  team: TeamState,
): ApprovalMemory | null {
  const last = [...approvals.values()].findLast(
    (asked) => asked.taskId === taskId && mayHaveRun(asked) && asked.approval.operation.plan !== undefined,
  )
  const approvers = last ? approversIn(last) : []
  const areIn = approvers.length > 0 && approvers.every((kid) => team.keys.get(kid)?.removedAt === null)
  return last && areIn ? last : null
}

/** In a journal of before, all whose decisions were not refused. */
const approversIn = ({ counted, decisions }: ApprovalMemory): readonly string[] =>
  counted.length > 0 ? counted : decisions.filter(({ code }) => code === null).map(({ device }) => device)

/** What people approved as the plan of a task; null: nothing yet, or nobody who may. */
export function approvedOperation(
  { memory, team }: Pick<HostContext, 'memory' | 'team'>,
  taskId: string,
): Operation | null {
  const state = team.state()
  return (state && approvedPlan(memory, taskId, state)?.approval.operation) ?? null
}

export type PlanQuestion = { operation: Operation; taskId: string; terms: Terms; team: TeamState }

/** The plan by which an operation needs no further answer; null: it deviates, or the policy wants more of people for it than the plan was approved with. */
export function findPlan(
  memory: Pick<Memory, 'approvals'>,
  { operation, taskId, terms, team }: PlanQuestion,
): ApprovalMemory | null {
  const plan = approvedPlan(memory, taskId, team)
  if (!plan || !isEnough(plan.approval, terms)) return null
  return judgeOperation(operation, plan.approval.operation, followLinks) === 'planned' ? plan : null
}

function isEnough({ gesture, quorum }: Approval, terms: Terms): boolean {
  const groups = new Set(quorum.groups?.map(({ name }) => name))
  return (
    terms.once !== true &&
    strongest(gesture, terms.gesture) === gesture &&
    (terms.persons ?? 1) <= quorum.persons &&
    (terms.groups ?? []).every((name) => groups.has(name)) &&
    (terms.notRequester !== true || quorum.without !== undefined)
  )
}
