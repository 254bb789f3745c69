import { ok } from '#protocol/errors.ts'
import type { ApprovalView } from '#protocol/records.ts'
import { viewApproval } from '../domain/approval.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** Approvals a page: with 64 sealed decisions each, one could be 2 MB, and a function may answer 6. */
const pageItems = 20
const pageBytes = 3_000_000

/** What needs a person: everything that is open, oldest first. */
export const listApprovals: HttpHandler<'approvals.list'> = async ({ caller, query }, { approvals, clock }) => {
  const { ids, more } = await approvals.openIds(caller.teamId, query.after ?? null, pageItems)
  const rows = await Promise.all(ids.map((id) => approvals.get(caller.teamId, id)))
  const views: ApprovalView[] = []
  let bytes = 0
  for (const row of rows) {
    if (!row) continue
    const view = viewApproval(row, clock.now())
    bytes += JSON.stringify(view).length
    if (bytes > pageBytes && views.length > 0) return ok({ approvals: open(views), next: views.at(-1)?.id ?? null })
    views.push(view)
  }
  return ok({ approvals: open(views), next: more ? (ids.at(-1) ?? null) : null })
}

/** By the clock: the sweep may be a minute late. */
const open = (views: ApprovalView[]) => views.filter(({ state }) => state === 'open')
