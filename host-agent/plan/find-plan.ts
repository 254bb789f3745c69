import type { Approval } from '#protocol/statements/approval.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { strongest } from '#trust/gesture.ts'
import { hasRightsFor } from '#trust/still-may.ts'
import type { HostContext } from '../context.ts'
import { type ApprovalMemory, type Memory, mayHaveRun } from '../journal/memory.ts'
import { followLinks } from '../policy/places.ts'
import type { Terms } from '../policy/terms.ts'
import { judgeOperation } from './judge-operation.ts'

/** Whether what a device has approved still counts. */
export type May = (kid: string, operation: Operation) => boolean

/** The last plan of a task that was approved, whoever did. */
const lastPlan = ({ approvals }: Pick<Memory, 'approvals'>, taskId: string): ApprovalMemory | undefined =>
  [...approvals.values()].findLast(
    (asked) => asked.taskId === taskId && mayHaveRun(asked) && asked.approval.operation.plan !== undefined,
  )

/** The plan by which a task works: the last one of it that was approved, by people of whom all still may. Null: there is none. */
export function approvedPlan(memory: Pick<Memory, 'approvals'>, taskId: string, may: May): ApprovalMemory | null {
  const last = lastPlan(memory, taskId)
  if (!last) return null
  const approvers = approversIn(last)
  const isApproved = approvers.length > 0 && approvers.every((kid) => may(kid, last.approval.operation))
  return isApproved ? last : null
}

/** In a journal of before, all whose decisions were not refused. */
const approversIn = ({ counted, decisions }: ApprovalMemory): readonly string[] =>
  counted.length > 0 ? counted : decisions.filter(({ code }) => code === null).map(({ device }) => device)

/** The devices by whose word a task's plan stands. */
export function planApprovers(memory: Pick<Memory, 'approvals'>, taskId: string): readonly string[] {
  const last = lastPlan(memory, taskId)
  return last ? approversIn(last) : []
}

/** What people approved as the plan of a task; null: nothing yet, or nobody who has the rights. Leases are looked at where an operation is asked for. */
export function approvedOperation(
  { memory, team }: Pick<HostContext, 'memory' | 'team'>,
  taskId: string,
): Operation | null {
  const state = team.state()
  const may: May = (kid, operation) => state !== null && hasRightsFor(state, kid, operation)
  return approvedPlan(memory, taskId, may)?.approval.operation ?? null
}

export type PlanQuestion = { operation: Operation; taskId: string; terms: Terms; may: May }

/** The plan by which an operation needs no further answer; null: it deviates, or the policy wants more of people for it than the plan was approved with. */
export function findPlan(
  memory: Pick<Memory, 'approvals'>,
  { operation, taskId, terms, may }: PlanQuestion,
): ApprovalMemory | null {
  const plan = approvedPlan(memory, taskId, may)
  if (!plan || !isEnough(plan.approval, terms)) return null
  return judgeOperation(operation, plan.approval.operation, followLinks) === 'planned' ? plan : null
}

function isEnough({ gesture, quorum, steps = [] }: Approval, terms: Terms): boolean {
  const groups = new Set(quorum.groups?.map(({ name }) => name))
  const asked = new Set(steps.map(({ group }) => group.name))
  return (
    terms.once !== true &&
    strongest(gesture, terms.gesture) === gesture &&
    (terms.persons ?? 1) <= quorum.persons &&
    (terms.groups ?? []).every((name) => groups.has(name)) &&
    (terms.escalate ?? []).every(({ to }) => asked.has(to)) &&
    (terms.notRequester !== true || quorum.without !== undefined)
  )
}
