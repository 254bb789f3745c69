import { useSignal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { mayDecide } from '#client/may-decide.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import { refused } from '#protocol/errors.ts'
import type { Gesture } from '#protocol/statements/approval.ts'
import { gestureFor } from '#trust/gesture.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { followTask } from '../model/follow-task.ts'
import { emptyLog } from '../model/task-log.ts'
import { useApp } from '../model/use-app.ts'
import { Notice, Screen } from '../parts/layout.tsx'
import { ApprovalView } from '../views/approval.tsx'
import { namesOf } from '../views/names.ts'
import '../style/code.css'

const proves = (gesture: Gesture) => gesture === 'code' || gesture === 'passkey'

export function ApprovalScreen({ id }: { id: string }) {
  const { model, router } = useApp()
  const [unread, setUnread] = useState<ErrorCode | null>(null)
  /** What came of the last tap; reading the approval anew does not take it away. */
  const [failure, setFailure] = useState<ErrorCode | null>(null)
  const card = model.cards.value.get(id)
  const team = model.team.value
  const who = team ? { team, kid: model.device.kid, now: model.now.value } : null
  // Also when it has left the list: then it was settled elsewhere, and the host's receipt says how.
  const isMissing = card === undefined
  const isOnline = model.connection.value.is === 'online'
  useEffect(() => {
    void model.loadCard(id).then((loaded) => setUnread(loaded.ok ? null : loaded.code))
  }, [id, isMissing, isOnline])

  // What became of a released operation is said in the task's log.
  const task = card?.approval.task ?? null
  const isReleased = card?.receipt?.outcome === 'released'
  // A code may have been mistyped, a passkey have been another: there too, and then the host still waits.
  const isProving =
    card !== undefined && !card.receipt && card.decision?.state === 'sent' && proves(gestureFor(card.approval))
  const mustFollow = isReleased || isProving
  const log = useSignal(emptyLog)
  useEffect(() => {
    if (task === null || !mustFollow) return
    const gone = new AbortController()
    void followTask(model, { taskId: task, log, signal: gone.signal })
    return () => gone.abort()
  }, [task, mustFollow])
  const refusedAt = log.value.items.findLast((item) => item.kind === 'refused' && item.event.approval === id)
  const mend =
    isProving && refusedAt?.kind === 'refused' && refusedAt.event.at >= (card?.decision?.at ?? 0)
      ? sentenceOf(refusedAt.event.code)
      : null

  return (
    <Screen title={t('asking.title')} back={router.back}>
      {/* Where it is what became of the answer, the card says it. */}
      {unread !== null && unread !== card?.decision?.code && <Notice kind="warning">{sentenceOf(unread)}</Notice>}
      {failure !== null && <Notice kind="warning">{sentenceOf(failure)}</Notice>}
      {!card && unread === null && <p class="quiet">{t('loading')}</p>}
      {card && (
        <ApprovalView
          card={card}
          hosts={model.hosts.value}
          rest={model.needs.value.filter((other) => other.id !== id)}
          now={model.now.value}
          names={namesOf(model.hosts.value)}
          may={who ? mayDecide(who, card.approval, 'approve') : refused('not_paired')}
          mayDeny={who !== null && mayDecide(who, card.approval, 'deny').ok}
          isGone={unread === 'approval_not_found'}
          mend={mend}
          onPasskey={async () => {
            // Only an owner's word makes a passkey count.
            if (team?.keys.get(model.device.kid)?.rights?.role !== 'owner') return router.go('/passkey')
            const { createPasskey } = await import('../model/passkey.ts')
            const made = await createPasskey(model.device, t('app'))
            setFailure(made.ok ? null : made.code)
            model.team.value = model.device.team()
          }}
          onReport={async () => {
            const told = await model.decide({
              approvalId: id,
              answer: 'report',
              reason: '',
              whole: true,
              scope: 'once',
            })
            setFailure(told.ok ? null : told.code)
          }}
          onAnswer={async (given) => {
            const decided = await model.decide({ approvalId: id, ...given })
            setFailure(decided.ok ? null : decided.code)
          }}
        />
      )}
    </Screen>
  )
}
