import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { HostSummary } from '#client/list-hosts.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import type { Result } from '#protocol/errors.ts'

import { gestureFor } from '#trust/gesture.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { relativeTime } from '../../texts/times.ts'
import { shareText } from '../model/share-text.ts'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { later } from '../parts/later.tsx'
import { Notice } from '../parts/layout.tsx'
import { TierPill } from '../parts/pills.tsx'
import { SureButton } from '../parts/sure-button.tsx'
import { useSeenWhole } from '../parts/use-seen-whole.ts'
import type { Given } from './answer-bar.tsx'
import { AnswerBar } from './answer-bar.tsx'
import { hostNameOf } from './host-name.ts'
import type { Names } from './names.ts'
import { OperationAside, OperationView } from './operation.tsx'
import { askerOf } from './operation-parts.ts'
import { kindIcon } from './operation-words.ts'
import { PlanWithout } from './plan-without.tsx'
import { ShareButton } from './share-button.tsx'
import { Steps } from './steps.tsx'
import { WhoDecides } from './who-decides.tsx'

const Question = later(() => import('./question.tsx').then(({ QuestionView }) => QuestionView))

export type ApprovalProps = {
  card: ApprovalCard
  hosts: readonly HostSummary[]
  /** What waits besides, the most urgent first. */
  rest: readonly ApprovalCard[]
  now: number
  names: Names
  /** Whether this device may approve, and if not, why. */
  may: Result<void>
  /** Whether it may at least deny; who only looks on is shown no buttons. */
  mayDeny: boolean
  /** The relay knows no such approval (any more): nobody can answer it. */
  isGone: boolean
  /** Why the host did not take this device's answer, where it may be given once more. */
  mend: string | null
  onPasskey(): Promise<void>
  /** Denies, and pauses the session until somebody resumes it. */
  onReport(): Promise<void>
  onAnswer(input: Given & { whole: boolean }): Promise<void>
}

export function ApprovalView({
  card,
  hosts,
  rest,
  now,
  names,
  may,
  mayDeny,
  isGone,
  mend,
  onPasskey,
  onReport,
  onAnswer,
}: ApprovalProps) {
  const { approval, decision, receipt } = card
  const { operation, project, expiresAt, task } = approval
  const { end, whole } = useSeenWhole()
  const [out, setOut] = useState<ReadonlySet<string>>(new Set())
  const isOver = !receipt && !decision && now >= expiresAt
  const canAnswer = !receipt && !isOver && !isGone && (!decision || decision.state === 'refused' || mend !== null)
  const canChoose = canAnswer && mayDeny && operation.plan !== undefined && task !== null
  const toggle = (item: string) => {
    const next = new Set(out)
    if (!next.delete(item)) next.add(item)
    setOut(next)
  }
  // Who has read to the end stands there; what became of the tap stands at the top.
  const wasAnswered = useRef(Boolean(decision))
  useLayoutEffect(() => {
    if (decision && !wasAnswered.current) window.scrollTo(0, 0)
    wasAnswered.current = Boolean(decision)
  }, [decision])
  const expiry = t('approval.expires', { when: relativeTime(expiresAt, now) })
  const more = (
    <>
      {canAnswer && mayDeny && (
        <SureButton label={t('report.label')} question={t('report.sure')} yes={t('report.yes')} onYes={onReport} />
      )}
      {task !== null && (
        <p>
          <a class="text-link" href={`/task/${task}`}>
            {t('asking.openTask')}
          </a>
        </p>
      )}
      {receipt && <ShareButton text={() => shareText(card)} />}
      {canAnswer && !mayDeny && !may.ok && (
        <Notice>
          {t('asking.who.notYours')} {sentenceOf(may.code)}
        </Notice>
      )}
    </>
  )
  return (
    <>
      <div class="headline">
        <p class="quiet">
          {t(operation.form ? 'question.asks' : 'asking.wants', {
            agent: askerOf(operation.driver, hosts, approval.host),
          })}
        </p>
        <p class="headline-kind">
          <Icon name={kindIcon[operation.kind]} />
          {t(`kind.${operation.kind}`)}
        </p>
        <p class="headline-place">
          <TierPill tier={approval.tier} />
          <span>
            <Exact text={project} /> · <Exact text={hostNameOf(hosts, approval.host)} />
          </span>
        </p>
      </div>
      {mend !== null && !receipt ? (
        <Notice kind="warning">{mend}</Notice>
      ) : (
        (decision || receipt) && <Steps card={card} />
      )}
      <WhoDecides card={card} names={names} now={now} />
      {isOver && !isGone && <Notice>{`${t('asking.over')} ${t('asking.overHint')}`}</Notice>}
      {operation.form ? (
        <Question
          approval={approval}
          form={operation.form}
          isOpen={canAnswer && mayDeny}
          expiry={expiry}
          refusal={may.ok ? null : sentenceOf(may.code)}
          onAnswer={(given) => onAnswer({ ...given, whole: true })}
        >
          {more}
        </Question>
      ) : (
        <>
          <OperationView operation={operation} choice={canChoose ? { out, toggle } : undefined} />
          <div ref={end} class="end-mark" />
          <OperationAside approval={approval} />
          {more}
        </>
      )}
      {canChoose && out.size > 0 && (
        <PlanWithout
          operation={operation}
          out={out}
          onBack={() => setOut(new Set())}
          onAnswer={(given) => onAnswer({ ...given, whole })}
        />
      )}
      {canAnswer && mayDeny && !operation.form && out.size === 0 && (
        <AnswerBar
          approval={approval}
          now={now}
          expiry={expiry}
          refusal={may.ok ? null : sentenceOf(may.code)}
          gesture={gestureFor(approval)}
          whole={whole}
          canTell={task !== null}
          onPasskey={!may.ok && may.code === 'decision_passkey' ? onPasskey : null}
          onAnswer={(given) => onAnswer({ ...given, whole })}
        />
      )}
      {!canAnswer && <Next rest={rest} />}
    </>
  )
}

/** What is left to answer, once this is. It is not where Approve and Deny were: a finger that taps twice opens nothing, and answers nothing. */
function Next({ rest }: { rest: readonly ApprovalCard[] }) {
  const [next] = rest
  if (!next) return null
  const kind = t(`kind.${next.approval.operation.kind}`)
  return (
    <div class="answer-bar">
      <p class="answer-foot answer-more">
        <a class="text-link" href={`/approval/${next.id}`}>
          {t('asking.next', { count: rest.length, kind })} <Icon name="next" />
        </a>
      </p>
    </div>
  )
}
