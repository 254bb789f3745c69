import { ok } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { verifyingCrypto } from '#trust/node/verifying-crypto.ts'
import { takeNews } from '#trust/take-news.ts'
import { appendEntry, readLog } from '#trust/trust-log.ts'
import type { HttpHandler } from './pipeline/http.ts'
import { writeTrust } from './write-trust.ts'

/** Appends one entry. The relay verifies it too, since it derives from the log which keys it lets in; no safety rests on that. */
export const appendTrust: HttpHandler<'trust.append'> = async ({ caller, body }, ports) => {
  const { teams, clock } = ports
  const { teamId } = caller
  const entries = await teams.entries(teamId, 0, limits.trustEntries)
  const before = entries.indexOf(body.entry)
  if (before >= 0) return ok({ n: before })
  const state = await readLog(verifyingCrypto, entries)
  if (!state.ok) return state
  const next = await appendEntry(verifyingCrypto, state.value, body.entry)
  if (!next.ok) return next

  const now = clock.now()
  const news = await takeNews(verifyingCrypto, state.value, [body.entry], { now, leases: () => teams.leases(teamId) })
  if (news.refused) return news.refused
  const n = entries.length
  return writeTrust(ports, teamId, { before: state.value, after: next.value, n, entry: body.entry }, (change, tell) =>
    teams.append(teamId, { n, jws: body.entry, change }, tell, clock.now()),
  )
}
