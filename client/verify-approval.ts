import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { readApproval } from '#trust/approval.ts'
import type { ApprovalRecord } from './approval-record.ts'
import { keepApproval } from './approval-record.ts'
import type { Context } from './context.ts'

/**
 * Verifies a host's signed request (key in the trust log and not removed, signature, audience, digest recomputed) and keeps it. When it names a trust log head that
 * is newer than ours, the log is read first; if that can't be, the approval is not verified: somebody may have been removed, the host included.
 * `id`, when given, is what the row or push said it is.
 */
export async function verifyApproval(context: Context, jws: string, id?: string): Promise<Result<ApprovalRecord>> {
  const { crypto, team, relay, store, clock } = context
  const known = team.need()
  if (!known.ok) return known
  const first = await readApproval(crypto, known.value, jws)
  // A host that we don't know yet may have joined since: read on before saying no.
  const reached = first.ok ? await team.reach(relay, first.value.trustHead) : await team.sync(relay)
  if (!reached.ok) return first.ok ? reached : first
  const read = reached.value === known.value ? first : await readApproval(crypto, reached.value, jws)
  if (!read.ok) return read
  if (id !== undefined && read.value.id !== id) return refused('statement_invalid')
  return ok(await keepApproval(store, jws, read.value, clock.now()))
}
