import { ok } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { HttpHandler } from './pipeline/http.ts'

export const readInbox: HttpHandler<'inbox.read'> = async ({ caller, query }, { inbox }) =>
  ok(await inbox.page(caller.teamId, caller.hostId, query.after ?? null, limits.pageItems))
