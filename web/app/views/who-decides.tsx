import type { ApprovalCard } from '#client/read-approval.ts'
import type { CountedDecision } from '#protocol/statements/receipt.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { dateTime } from '../../texts/exact-times.ts'
import { relativeTime } from '../../texts/times.ts'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import type { Names } from './names.ts'

type Props = { card: ApprovalCard; names: Names; now: number }

/** Whose answer it takes, and who has said what so far. Once the host has spoken, its receipt says what counted. */
export function WhoDecides({ card, names, now }: Props) {
  const { receipt, decisions = [], approval } = card
  const said = receipt ? receipt.decisions : decisions
  const asks = receipt ? [] : asksOf(approval, names, now)
  if (said.length === 0 && asks.length === 0) return null
  return (
    <section class="who-decides" aria-label={t('asking.who.title')}>
      {asks.map((ask) => (
        <p key={ask}>
          <Icon name="person" /> <Exact text={ask} />
        </p>
      ))}
      <Said said={said} names={names} />
    </section>
  )
}

type Answered = Pick<CountedDecision, 'device' | 'answer' | 'reason' | 'code'>

/** Each answer with whose it is, on which device, and why. */
export function Said({ said, names }: { said: readonly Answered[]; names: Names }) {
  if (said.length === 0) return null
  return (
    <ul class="said" aria-live="polite">
      {said.map((each, index) => (
        <li key={index}>
          <SaidWords said={each} names={names} />
        </li>
      ))}
    </ul>
  )
}

export function SaidWords({ said: { device, answer, reason, code }, names }: { said: Answered; names: Names }) {
  return (
    <>
      <strong>
        <Exact text={names.ofDevice(device)} />
      </strong>
      {': '}
      {t(`answer.${answer}`)}
      {reason !== undefined && (
        <>
          {' · '}
          <Exact text={reason} lines />
        </>
      )}
      {code !== undefined && <span class="warning-text"> {sentenceOf(code)}</span>}
    </>
  )
}

/** What the policy wants of people here, one sentence each; none where anybody who may is enough. */
function asksOf({ quorum, steps = [] }: ApprovalCard['approval'], names: Names, now: number): string[] {
  const { persons, groups = [], without } = quorum
  const next = steps.filter(({ at }) => at > now)
  const asked = steps.filter((step) => !next.includes(step))
  return [
    ...(persons > 1 || groups.length > 0 ? [t('asking.quorum', { count: persons })] : []),
    ...(groups.length > 0 ? [t('asking.quorumGroups', { names: groups.map(({ name }) => name).join(', ') })] : []),
    ...(without === undefined ? [] : [t('asking.who.without', { name: names.ofPerson(without) })]),
    ...(asked.length > 0 ? [t('asking.who.asked', { names: asked.map(({ group }) => group.name).join(', ') })] : []),
    ...next.map(({ at, group }) =>
      t('asking.who.next', { name: group.name, when: relativeTime(at, now), at: dateTime(at) }),
    ),
  ]
}
