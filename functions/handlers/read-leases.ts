import { ok } from '#protocol/errors.ts'
import type { HttpHandler } from './pipeline/http.ts'

export const readLeases: HttpHandler<'leases.read'> = async ({ caller }, { teams }) =>
  ok({ leases: await teams.leases(caller.teamId) })
