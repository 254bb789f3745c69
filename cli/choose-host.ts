import type { HostSummary } from '#client/list-hosts.ts'
import { listHosts } from '#client/list-hosts.ts'
import type { Device } from '#client/open-device.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'

/** By id or by the name that the host gives itself; without a choice the only one. */
export async function chooseHost({ context }: Device, wanted: string | undefined): Promise<Result<HostSummary>> {
  const hosts = await listHosts(context)
  if (!hosts.ok) return hosts
  const fitting =
    wanted === undefined
      ? hosts.value
      : hosts.value.filter((host) => host.hostId === wanted || host.status?.name === wanted)
  const [host] = fitting
  if (host && fitting.length === 1) return ok(host)
  const names = hosts.value.map((each) => `${each.status?.name ?? 'unnamed'} ${each.hostId}`).join(', ')
  return refused(
    'host_not_found',
    fitting.length > 1 ? `Choose one with --host: ${names}` : `There are: ${names || 'none'}`,
  )
}
