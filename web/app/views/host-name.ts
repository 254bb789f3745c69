import type { HostSummary } from '#client/list-hosts.ts'
import { t } from '../../texts/texts.ts'

/** What its host calls an agent; one that it does not list goes by its own name. */
export const agentTitle = (hosts: readonly HostSummary[], hostId: string | undefined, agent: string): string =>
  hosts.find((host) => host.hostId === hostId)?.status?.agents.find(({ name }) => name === agent)?.title ?? agent

/** The name that the host gave itself, signed; a host that has said nothing yet is unknown. */
export const hostNameOf = (hosts: readonly HostSummary[], hostId: string): string =>
  hosts.find((host) => host.hostId === hostId)?.status?.name ?? t('unknownHost')
