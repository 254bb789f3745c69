import type { HostSummary } from '#client/list-hosts.ts'
import type { TaskSummary } from '#client/list-tasks.ts'
import type { ApprovalCard as Card } from '#client/read-approval.ts'
import { t } from '../../texts/texts.ts'
import type { Known } from '../model/standing.ts'
import type { Together } from '../model/together.ts'
import { CardLink } from '../parts/card-link.tsx'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { later } from '../parts/later.tsx'
import { Section } from '../parts/layout.tsx'
import { Nothing } from '../parts/nothing.tsx'
import { ApprovalCard } from './approval-card.tsx'
import { hostNameOf } from './host-name.ts'
import { TaskCard } from './task-card.tsx'

// Seldom needed.
const Alarms = later(() => import('./waiting-notices.tsx').then((it) => it.Alarms))
const NotForUs = later(() => import('./waiting-notices.tsx').then((it) => it.NotForUs))

export type WaitingProps = {
  needs: readonly Card[]
  /** How far an empty list can be believed. */
  known: Known
  /** Only one host is listed, so that an empty list says nothing of the others. */
  isNarrowed: boolean
  /** Among them: what can be answered in one go. */
  together: readonly Together[]
  onTheirWay: readonly Card[]
  running: readonly TaskSummary[]
  hosts: readonly HostSummary[]
  /** Open, and for others to answer. */
  others: readonly Card[]
  unreadable: number
  /** Sealed to other devices of the team only. */
  notForUs: number
  now: number
}

/** Home: what needs a person, first. */
export function WaitingView({
  needs,
  known,
  isNarrowed,
  together,
  onTheirWay,
  running,
  hosts,
  others,
  unreadable,
  notForUs,
  now,
}: WaitingProps) {
  const isAuditBroken = hosts.some(({ witness }) => witness?.broken)
  const cardOf = (card: Card) => (
    <ApprovalCard key={card.id} card={card} hostName={hostNameOf(hosts, card.approval.host)} now={now} />
  )
  return (
    <>
      {(unreadable > 0 || isAuditBroken) && <Alarms unreadable={unreadable} isAuditBroken={isAuditBroken} />}
      {needs.length === 0 && onTheirWay.length === 0 && !isNarrowed && (
        <Nothing
          known={known}
          now={now}
          title={t('waiting.none')}
          hint={t('waiting.noneHint')}
          then={(when) => t('waiting.noneThen', { when })}
        >
          <a class="button button-primary" href="/new">
            <Icon name="plus" /> {t('waiting.newTask')}
          </a>
        </Nothing>
      )}
      {together.map(({ cards, alike }) => (
        <CardLink key={cards[0]?.id} more="card-together" href={`/together/${cards[0]?.id}`}>
          <Icon name="waiting" />
          <span>
            <Exact
              text={
                alike
                  ? t('waiting.togetherAlike', { count: cards.length })
                  : t('waiting.together', { count: cards.length, project: cards[0]?.approval.project ?? '' })
              }
            />
          </span>
          <Icon name="next" />
        </CardLink>
      ))}
      <div class="stack">{needs.map(cardOf)}</div>
      {onTheirWay.length > 0 && (
        <Section title={t('waiting.answered')}>
          <div class="stack">{onTheirWay.map(cardOf)}</div>
        </Section>
      )}
      {others.length > 0 && (
        <Section title={t('waiting.others')}>
          <div class="stack">{others.map(cardOf)}</div>
        </Section>
      )}
      {notForUs > 0 && <NotForUs count={notForUs} />}
      {running.length > 0 && (
        <Section title={t('waiting.running')}>
          <div class="stack">
            {running.map((task) => (
              <TaskCard key={task.head.id} task={task} hostName={hostNameOf(hosts, task.head.hostId)} now={now} />
            ))}
          </div>
        </Section>
      )}
    </>
  )
}
