import type { HostSummary } from '#client/list-hosts.ts'
import { t } from '../../texts/texts.ts'

/** The name that the host gave itself, signed; a host that has said nothing yet is unknown. */
export const hostNameOf = (hosts: readonly HostSummary[], hostId: string): string =>
  hosts.find((host) => host.hostId === hostId)?.status?.name ?? t('unknownHost')
