import type { Result } from '#protocol/errors.ts'
import { isErrorCode, ok, refused } from '#protocol/errors.ts'
import { readReceipt } from '#trust/receipt.ts'
import type { ApprovalRecord } from './approval-record.ts'
import { keepDecision, keepReceipt } from './approval-record.ts'
import type { Context } from './context.ts'
import { witnessAudit } from './witness.ts'

/**
 * Verifies a receipt by the key of the very host that asked, for the very operation that was asked, keeps it, and says on the own decision when the host did not take
 * it. `statement_invalid` for anything else.
 */
export async function verifyReceipt(
  context: Context,
  jws: string,
  record: ApprovalRecord,
): Promise<Result<ApprovalRecord>> {
  const team = context.team.need()
  if (!team.ok) return team
  const read = await readReceipt(context.crypto, team.value, jws)
  if (!read.ok) return read
  const receipt = read.value
  const { approval } = record
  if (receipt.audit) await witnessAudit(context.store, receipt.host, { head: receipt.audit, at: receipt.at })
  const same = receipt.approval === approval.id && receipt.digest === approval.digest && receipt.host === approval.host
  if (!same) return refused('statement_invalid')
  const kept = (await keepReceipt(context.store, approval.id, receipt)) ?? record
  return ok((await noteRefusal(context, kept)) ?? kept)
}

async function noteRefusal({ store, keys }: Context, record: ApprovalRecord): Promise<ApprovalRecord | undefined> {
  const own = record.decision
  const said = record.receipt?.decisions.find(({ device }) => device === keys.keys.kid)
  if (!own || own.state === 'refused' || said?.code === undefined) return undefined
  return keepDecision(store, record.id, {
    ...own,
    state: 'refused',
    code: isErrorCode(said.code) ? said.code : 'internal',
  })
}
