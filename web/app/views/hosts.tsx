import type { HostSummary } from '#client/list-hosts.ts'
import type { TaskSummary } from '#client/list-tasks.ts'
import { terminalStates } from '#protocol/records.ts'
import { t } from '../../texts/all-texts.ts'
import type { Known } from '../model/standing.ts'
import type { UsageHistory } from '../model/usage-history.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Icon } from '../parts/icon.tsx'
import { Nothing } from '../parts/nothing.tsx'
import type { HostCardProps } from './host-card.tsx'
import { HostCard } from './host-card.tsx'
import { namesOf } from './names.ts'

/** `isPresenceKnown`: the relay has said who is there; else only the last state is known, and presence does not keep. */
export type HostsProps = Pick<
  HostCardProps,
  | 'isPresenceKnown'
  | 'isSilent'
  | 'now'
  | 'policies'
  | 'onStopAll'
  | 'onRevoke'
  | 'onResume'
  | 'onRename'
  | 'onUnpair'
  | 'onPolicy'
> & {
  hosts: readonly HostSummary[]
  known: Known
  tasks: readonly TaskSummary[]
  usage: UsageHistory
}

export function HostsView({ hosts, known, tasks, usage, ...rest }: HostsProps) {
  const names = namesOf(hosts)
  const running = tasks.filter(({ head }) => !terminalStates.has(head.state))
  return (
    <>
      {hosts.length === 0 && (
        <Nothing known={known} now={rest.now} title={t('hosts.none')} then={(when) => t('hosts.noneThen', { when })} />
      )}
      <div class="stack host-cards">
        {hosts.map((host) => (
          <HostCard
            key={host.hostId}
            host={host}
            running={running.filter(({ head }) => head.hostId === host.hostId)}
            usage={usage.get(host.hostId) ?? []}
            names={names}
            {...rest}
          />
        ))}
      </div>
      <p class="button-row">
        <a class="button" href="/pair">
          <AnyIcon name="scan" /> {t('hosts.pairAnother')}
        </a>
        <a class="button" href="/people">
          <Icon name="person" /> {t('people.open')}
        </a>
      </p>
    </>
  )
}
