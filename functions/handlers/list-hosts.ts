import { ok } from '#protocol/errors.ts'
import { viewHost } from './host-view.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** The team's hosts. The gateway is asked for each connection, since somebody looks. */
export const listHosts: HttpHandler<'hosts.list'> = async ({ caller }, ports) => {
  const rows = await ports.hosts.all(caller.teamId)
  return ok({ hosts: await Promise.all(rows.map((row) => viewHost(ports, row, row.status))) })
}
