import type { HostSummary } from '#client/list-hosts.ts'
import type { HostStatus } from '#protocol/statements/status.ts'
import { t } from '../../texts/all-texts.ts'
import { relativeTime } from '../../texts/times.ts'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty } from '../parts/layout.tsx'
import { OnlinePill } from '../parts/pills.tsx'

/** `isPresenceKnown`: the relay has said who is there; else only the last state is known, and presence does not keep. */
export type HostsProps = { hosts: readonly HostSummary[]; isPresenceKnown: boolean; now: number }

export function HostsView({ hosts, isPresenceKnown, now }: HostsProps) {
  return (
    <>
      {hosts.length === 0 && <Empty title={t('hosts.none')} />}
      <div class="stack">
        {hosts.map((host) => (
          <HostCard key={host.hostId} host={host} isPresenceKnown={isPresenceKnown} now={now} />
        ))}
      </div>
      <p>
        <a class="button" href="/pair">
          <Icon name="scan" /> {t('hosts.pairAnother')}
        </a>
      </p>
    </>
  )
}

type CardProps = Pick<HostsProps, 'isPresenceKnown' | 'now'> & { host: HostSummary }

function HostCard({ host: { online, lastSeenAt, status }, isPresenceKnown, now }: CardProps) {
  const seen = lastSeenAt === null ? t('hosts.never') : t('hosts.seen', { when: relativeTime(lastSeenAt, now) })
  return (
    <article class="card">
      <div class="card-head">
        <Icon name="hosts" />
        <h2>
          <Exact text={status?.name ?? t('unknownHost')} />
        </h2>
        {isPresenceKnown && <OnlinePill online={online} />}
      </div>
      {isPresenceKnown && !online && <p class="quiet">{seen}</p>}
      {status && (
        <dl class="facts">
          <dt>{t('hosts.projects')}</dt>
          {status.projects.map(({ path, name }) => (
            <dd key={path}>
              <Exact text={name} />{' '}
              <span class="quiet code">
                <Exact text={path} />
              </span>
            </dd>
          ))}
          <dt>{t('hosts.agents')}</dt>
          <dd>
            <Exact text={status.agents.map(({ title }) => title).join(', ')} />
          </dd>
          <dt>{status.sandbox === 'isolated' ? t('task.isolated') : t('task.unprotected')}</dt>
          <dd class="quiet">
            {status.sandbox === 'isolated'
              ? t('hosts.version', { version: status.version })
              : t('task.unprotectedHint')}
          </dd>
          {status.usage && <dd>{usageText(status.usage)}</dd>}
        </dl>
      )}
    </article>
  )
}

/** GB of 1024³ bytes, as the caps have them. */
function usageText({ cpuPercent, memoryBytes, diskWriteBytes }: NonNullable<HostStatus['usage']>): string {
  const gigabytes = (bytes: number) => (bytes / 1024 ** 3).toFixed(1)
  const cpu = Math.round(cpuPercent)
  return t('hosts.usage', { cpu, memory: gigabytes(memoryBytes), disk: gigabytes(diskWriteBytes) })
}
