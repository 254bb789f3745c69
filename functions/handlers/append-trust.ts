import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { InboxItem } from '#protocol/records.ts'
import { verifyingCrypto } from '#trust/node/verifying-crypto.ts'
import { takeNews } from '#trust/take-news.ts'
import { appendEntry, readLog } from '#trust/trust-log.ts'
import { hostIds, keyChange } from '../domain/key-change.ts'
import type { HttpHandler } from './pipeline/http.ts'
import { closeConnections, connectionsOf } from './removed-keys.ts'
import { inboxFrame, tellDevices, tellHost } from './tell.ts'

/** Appends one entry. The relay verifies it too, since it derives from the log which keys it lets in; no safety rests on that. */
export const appendTrust: HttpHandler<'trust.append'> = async ({ caller, body }, ports) => {
  const { teams, devices, clock, newInboxId } = ports
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
  const change = keyChange(state.value, next.value)
  const leaving = await connectionsOf(ports, teamId, change.remove)
  const tell = hostIds(next.value).map((hostId) => {
    const item: InboxItem = { kind: 'trust', id: newInboxId(now), n, entry: body.entry, at: now }
    return { hostId, item }
  })
  if ((await teams.append(teamId, { n, jws: body.entry, change }, tell, now)) === 'moved') {
    return (await teams.entries(teamId, n, 1))[0] === body.entry ? ok({ n }) : refused('trust_head_moved')
  }
  await Promise.all([
    closeConnections(ports, leaving),
    tellDevices(ports, teamId, await devices.all(teamId), { type: 'trust.appended', n, entry: body.entry }),
    ...tell.map(({ hostId, item }) => tellHost(ports, { teamId, hostId, hint: null }, inboxFrame(item))),
  ])
  return ok({ n })
}
