import { ok, refused } from '#protocol/errors.ts'
import { viewApproval } from '../domain/approval.ts'
import type { HttpHandler } from './pipeline/http.ts'

export const readApproval: HttpHandler<'approval.read'> = async ({ caller, params }, { approvals, clock }) => {
  const row = await approvals.get(caller.teamId, params.id)
  return row ? ok(viewApproval(row, clock.now())) : refused('approval_not_found')
}
