import { useState } from 'preact/hooks'
import type { HostSummary } from '#client/list-hosts.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import { t } from '../../texts/all-texts.ts'
import { Broken } from '../parts/broken.tsx'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { Notice } from '../parts/layout.tsx'
import { OutcomePill } from '../parts/outcome-pill.tsx'
import { TierPill } from '../parts/pills.tsx'
import { useBusy } from '../parts/use-busy.ts'
import { useSeenWhole } from '../parts/use-seen-whole.ts'
import { hostNameOf } from './host-name.ts'
import { AgentWords, OperationCore, OperationTerms } from './operation.tsx'
import { askerOf } from './operation-parts.ts'
import { kindIcon } from './operation-words.ts'

export type TogetherProps = {
  cards: readonly ApprovalCard[]
  alike: boolean
  hosts: readonly HostSummary[]
  now: number
  onAnswer(ids: readonly string[], answer: 'approve' | 'deny', whole: boolean): Promise<void>
}

/** Each operation whole, with a box to leave it out, and one answer below for those that are ticked. */
export function TogetherView({ cards, alike, hosts, now, onAnswer }: TogetherProps) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const { busy, broken, run } = useBusy()
  const { end, whole } = useSeenWhole()
  const open = cards.filter((card) => isOpen(card, now))
  const chosen = open.filter(({ id }) => !left.has(id)).map(({ id }) => id)
  const turn = (id: string, on: boolean) => {
    const next = new Set(left)
    if (on) next.delete(id)
    else next.add(id)
    setLeft(next)
  }
  const answer = (given: 'approve' | 'deny') => run(() => onAnswer(chosen, given, whole))
  const [first] = cards
  const folders = new Set(open.map(({ approval }) => `${approval.host} ${approval.operation.cwd.path}`))
  return (
    <>
      <p class="quiet">{alike ? t('together.alike') : t('together.oneTask')}</p>
      {alike && first && <OperationCore operation={first.approval.operation} />}
      {folders.size > 1 && (
        <Notice>
          <p>{t('together.folders', { count: folders.size })}</p>
        </Notice>
      )}
      <div class="stack">
        {cards.map((card) => (
          <article key={card.id} class="card">
            <label class="choose">
              <input
                type="checkbox"
                checked={isOpen(card, now) && !left.has(card.id)}
                disabled={!isOpen(card, now)}
                onChange={(event) => turn(card.id, event.currentTarget.checked)}
              />
              <Icon name={kindIcon[card.approval.operation.kind]} />
              <strong>
                {alike ? <Exact text={card.approval.project} /> : t(`kind.${card.approval.operation.kind}`)}
              </strong>
              <Fate card={card} />
            </label>
            <p class="quiet">
              {t('asking.wants', { agent: askerOf(card.approval.operation.driver, hosts, card.approval.host) })}
            </p>
            {!alike && <OperationCore operation={card.approval.operation} />}
            <OperationTerms operation={card.approval.operation} />
            <AgentWords words={card.approval.agentWords} />
            <p class="card-foot">
              <span>
                {!alike && (
                  <>
                    <Exact text={card.approval.project} /> ·{' '}
                  </>
                )}
                <Exact text={hostNameOf(hosts, card.approval.host)} />
              </span>
              <a class="text-link" href={`/approval/${card.id}`}>
                {t('asking.details')}
              </a>
            </p>
          </article>
        ))}
      </div>
      <div ref={end} class="end-mark" />
      {open.length > 0 && (
        <div class="answer-bar">
          <Broken when={broken} />
          {!whole && <p class="answer-foot">{t('asking.scroll')}</p>}
          <div class="answer-buttons">
            <button
              type="button"
              class="button button-big"
              disabled={busy || chosen.length === 0}
              onClick={() => answer('deny')}
            >
              {t('together.deny', { count: chosen.length })}
            </button>
            <button
              type="button"
              class="button button-big button-primary"
              disabled={busy || !whole || chosen.length === 0}
              onClick={() => answer('approve')}
            >
              {t('together.approve', { count: chosen.length })}
            </button>
          </div>
        </div>
      )}
    </>
  )
}

const isOpen = ({ decision, receipt, approval }: ApprovalCard, now: number): boolean =>
  !receipt && (!decision || decision.state === 'refused') && now < approval.expiresAt

/** How far each one is: its risk while it waits, then what became of it. */
function Fate({ card: { approval, decision, receipt } }: { card: ApprovalCard }) {
  if (receipt) return <OutcomePill outcome={receipt.outcome} />
  if (decision) return <span class="quiet">{t(`steps.${decision.state}`)}</span>
  return <TierPill tier={approval.tier} />
}
