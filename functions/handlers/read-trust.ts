import { ok } from '#protocol/errors.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** Entries a page: at 4 kB each, well below what a function may answer. */
const entriesAPage = 200

export const readTrust: HttpHandler<'trust.read'> = async ({ caller, query }, { teams }) => {
  const from = Number(query.from ?? 0)
  const found = await teams.entries(caller.teamId, from, entriesAPage + 1)
  return ok({ from, entries: found.slice(0, entriesAPage), more: found.length > entriesAPage })
}
