import type { ApprovalCard as Card } from '#client/read-approval.ts'
import { t } from '../../texts/texts.ts'
import { relativeTime } from '../../texts/times.ts'
import { Beginning } from '../parts/beginning.tsx'
import { CardLink } from '../parts/card-link.tsx'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { TierPill } from '../parts/pills.tsx'
import { kindIcon, subjectOf } from './operation-words.ts'

type Props = { card: Card; hostName: string; now: number }

/** One approval in a list: what kind, the beginning of what exactly, where, and until when. Everything is on its own screen. */
export function ApprovalCard({ card: { approval, id, decision }, hostName, now }: Props) {
  const { operation, project, expiresAt } = approval
  const { text, isCode } = subjectOf(operation)
  return (
    <CardLink href={`/approval/${id}`}>
      <span class="card-head">
        <Icon name={kindIcon[operation.kind]} />
        <strong>{t(`kind.${operation.kind}`)}</strong>
        <TierPill tier={approval.tier} />
      </span>
      <span class={isCode ? 'card-subject code' : 'card-subject'}>
        <Beginning text={text} />
      </span>
      <span class="card-foot">
        <span>
          <Exact text={project} /> · <Exact text={hostName} />
        </span>
        <span>
          {decision ? t(`steps.${decision.state}`) : t('approval.expires', { when: relativeTime(expiresAt, now) })}
        </span>
      </span>
    </CardLink>
  )
}
