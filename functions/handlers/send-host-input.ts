import { refused } from '#protocol/errors.ts'
import { keepInput } from './keep-input.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** What a device tells a host as a whole. */
export const sendHostInput: HttpHandler<'host.input'> = async ({ caller, params, body }, ports) => {
  const host = await ports.hosts.get(caller.teamId, params.hostId)
  if (!host) return refused('host_not_found')
  return keepInput(ports, caller, { hostId: host.hostId, hint: host.connectionId }, { ...body, taskId: null })
}
