import type { HostSummary } from '#client/list-hosts.ts'
import type { TaskSummary } from '#client/list-tasks.ts'
import { t } from '../../texts/all-texts.ts'
import { relativeTime } from '../../texts/times.ts'
import type { Usage } from '../model/usage-history.ts'
import { Chart } from '../parts/chart.tsx'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { Notice } from '../parts/layout.tsx'
import { OnlinePill } from '../parts/pills.tsx'
import { SureButton } from '../parts/sure-button.tsx'
import { HostPolicy } from './host-policy.tsx'
import { HostWitness } from './host-witness.tsx'
import type { Names } from './names.ts'
import { PausedSessions } from './paused-sessions.tsx'
import { RenameHost } from './rename-host.tsx'
import { StandingRules } from './standing-rules.tsx'
import { TaskCard } from './task-card.tsx'
import { Terminals } from './terminals.tsx'

export type HostCardProps = {
  host: HostSummary
  /** What is at work there. */
  running: readonly TaskSummary[]
  usage: readonly Usage[]
  names: Names
  isPresenceKnown: boolean
  /** It is connected as far as the relay knows, and does not answer. */
  isSilent(host: HostSummary): boolean
  now: number
  onStopAll(hostId: string): Promise<void>
  onRevoke(hostId: string, ruleId: string): Promise<void>
  onResume(hostId: string, session: string): Promise<void>
  /** Null where this device may not. */
  onRename: ((hostId: string, name: string) => Promise<void>) | null
  onUnpair: ((hostId: string) => Promise<void>) | null
  /** Which policy owners hold each host to. */
  policies: ReadonlyMap<string, string>
  onPolicy: ((hostId: string, policyHash: string) => Promise<void>) | null
}

/** One host: whether it is there, what runs on it and what that takes, and the two ways to end it. */
export function HostCard(props: HostCardProps) {
  const {
    host,
    running,
    usage,
    names,
    isPresenceKnown,
    isSilent,
    now,
    policies,
    onStopAll,
    onRevoke,
    onResume,
    onRename,
    onUnpair,
    onPolicy,
  } = props
  const { hostId, online, lastSeenAt, status } = host
  const seen = lastSeenAt === null ? t('hosts.never') : t('hosts.seen', { when: relativeTime(lastSeenAt, now) })
  const name = status?.name ?? t('unknownHost')
  const agreed = policies.get(hostId) ?? null
  // Under another policy it does nothing, which is said first.
  const isOther = status !== null && agreed !== null && agreed !== status.policyHash
  const policy = status && status.fileProblem === undefined && (
    <HostPolicy hostId={hostId} has={status.policyHash} agreed={agreed} onPolicy={onPolicy} />
  )
  return (
    <article class="card">
      <div class="card-head">
        <Icon name="hosts" />
        <h2>
          <Exact text={name} />
        </h2>
        {isPresenceKnown && !isSilent(host) && <OnlinePill online={online} />}
      </div>
      {isPresenceKnown && isSilent(host) && <Notice kind="warning">{t('hosts.silent')}</Notice>}
      {isPresenceKnown && !online && <p class="quiet">{seen}</p>}
      {status?.diskFull && <Notice kind="warning">{t('hosts.diskFull')}</Notice>}
      {status?.locked && <Notice kind="warning">{t('hosts.locked')}</Notice>}
      {status?.frozen && <Notice kind="warning">{t('hosts.frozen')}</Notice>}
      {status?.fileProblem !== undefined && (
        <Notice kind="warning">
          <Exact text={t('hosts.fileBroken', { problem: status.fileProblem })} />
        </Notice>
      )}
      {isOther && policy}
      {usage.length > 0 && <Charts usage={usage} />}
      <div>
        <SureButton
          label={t('hosts.stopAll')}
          question={t('hosts.stopAllSure', { name })}
          yes={t('hosts.stopAll')}
          onYes={() => onStopAll(hostId)}
        />
      </div>
      {running.map((task) => (
        <TaskCard key={task.head.id} task={task} hostName="" now={now} />
      ))}
      <Terminals terminals={status?.terminals ?? []} now={now} />
      {status && (
        <dl class="facts">
          <dt>{t('hosts.projects')}</dt>
          {status.projects.map(({ path, name: project }) => (
            <dd key={path}>
              <Exact text={project} />{' '}
              <span class="quiet code">
                <Exact text={path} />
              </span>
            </dd>
          ))}
          <dt>{t('hosts.agents')}</dt>
          {status.agents.map(({ name: agent, title, version, governed, command }) => (
            <AgentLine
              key={agent}
              title={version ? `${title} ${version}` : title}
              {...(governed ? { governed: t(`governed.${governed}`) } : {})}
              {...(command === undefined ? {} : { command })}
            />
          ))}
          <dt>{status.sandbox === 'isolated' ? t('task.isolated') : t('task.unprotected')}</dt>
          <dd class="quiet">
            <Exact
              text={
                status.sandbox === 'isolated'
                  ? t('hosts.version', { version: status.version })
                  : t('task.unprotectedHint')
              }
            />
          </dd>
        </dl>
      )}
      {host.witness?.broken && <HostWitness witness={host.witness} />}
      {status?.paused && (
        <PausedSessions paused={status.paused} now={now} onResume={(session) => onResume(hostId, session)} />
      )}
      {status?.rules && <StandingRules rules={status.rules} names={names} onRevoke={(id) => onRevoke(hostId, id)} />}
      {status && (
        <details class="fold">
          <summary>{t('hosts.proof')}</summary>
          {!isOther && policy}
          {host.witness && !host.witness.broken && <HostWitness witness={host.witness} />}
        </details>
      )}
      <div class="card-actions">
        {onRename && status && <RenameHost name={name} onRename={(to) => onRename(hostId, to)} />}
        {onUnpair && (
          <SureButton
            label={t('hosts.unpair')}
            question={t('hosts.unpairSure', { name })}
            yes={t('hosts.unpair')}
            onYes={() => onUnpair(hostId)}
          />
        )}
      </div>
    </article>
  )
}

type AgentProps = { title: string; governed?: string; command?: string }

/** One agent; where somebody has named it by its command line, the line itself opens to that. */
function AgentLine({ title, governed, command }: AgentProps) {
  const line = (
    <span>
      <Exact text={title} />
      {governed !== undefined && <span class="quiet"> {governed}</span>}
    </span>
  )
  if (command === undefined) return <dd>{line}</dd>
  return (
    <dd>
      <details class="agent">
        <summary>{line}</summary>
        <p class="quiet">{t('hosts.command')}</p>
        <code class="block code">
          <Exact text={command} />
        </code>
      </details>
    </dd>
  )
}

/** GB of 1024³ bytes, as the caps have them; of much only whole ones. */
const gigabytes = (bytes: number): string => {
  const count = bytes / 1024 ** 3
  return `${count.toFixed(count < 100 ? 1 : 0)} GB`
}
const percent = (value: number): string => `${Math.round(value)} %`

const rows = [
  ['cpu', 'cpuPercent', percent],
  ['memory', 'memoryBytes', gigabytes],
  ['disk', 'diskWriteBytes', gigabytes],
] as const

function Charts({ usage }: { usage: readonly Usage[] }) {
  const last = usage.at(-1)
  if (!last) return null
  return (
    <div class="charts">
      {rows.map(([name, what, words]) => {
        const most = last.most?.[what]
        return (
          <Chart
            key={name}
            name={t(`hosts.${name}`)}
            now={words(last[what])}
            values={usage.map((sample) => sample[what])}
            {...(most
              ? { most: most.value, of: t(most.isCap ? 'hosts.ofCap' : 'hosts.ofMachine', { most: words(most.value) }) }
              : what === 'cpuPercent'
                ? { most: 100 }
                : {})}
          />
        )
      })}
    </div>
  )
}
