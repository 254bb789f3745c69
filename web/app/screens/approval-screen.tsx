import { signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { mayDecide } from '#client/may-decide.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import { refused } from '#protocol/errors.ts'
import { sentenceOf, t } from '../../texts/texts.ts'
import { followTask } from '../model/follow-task.ts'
import { emptyLog } from '../model/task-log.ts'
import { useApp } from '../model/use-app.ts'
import { Notice, Screen } from '../parts/layout.tsx'
import { ApprovalView } from '../views/approval.tsx'
import { hostNameOf } from '../views/host-name.ts'

export function ApprovalScreen({ id }: { id: string }) {
  const { model, router } = useApp()
  const [failure, setFailure] = useState<ErrorCode | null>(null)
  const card = model.cards.value.get(id)
  const team = model.team.value
  // Also when it has left the list: then it was settled elsewhere, and the host's receipt says how.
  const isMissing = card === undefined
  const isOnline = model.connection.value.is === 'online'
  useEffect(() => {
    void model.loadCard(id).then((loaded) => setFailure(loaded.ok ? null : loaded.code))
  }, [id, isMissing, isOnline])

  // What became of a released operation is said in the task's log.
  const task = card?.approval.task ?? null
  const isReleased = card?.receipt?.outcome === 'released'
  useEffect(() => {
    if (task === null || !isReleased) return
    const gone = new AbortController()
    void followTask(model, task, signal(emptyLog), gone.signal)
    return () => gone.abort()
  }, [task, isReleased])

  return (
    <Screen title={t('approval.title')} back={router.back}>
      {failure !== null && <Notice kind="warning">{sentenceOf(failure)}</Notice>}
      {!card && failure === null && <p class="quiet">{t('loading')}</p>}
      {card && (
        <ApprovalView
          card={card}
          hostName={hostNameOf(model.hosts.value, card.approval.host)}
          now={model.now.value}
          may={
            team
              ? mayDecide({ team, kid: model.device.kid, now: model.now.value }, card.approval, 'approve')
              : refused('not_paired')
          }
          other={model.others.value.get(id) ?? null}
          onAnswer={async ({ answer, reason, whole }) => {
            const decided = await model.decide({ approvalId: id, answer, reason, whole })
            setFailure(decided.ok ? null : decided.code)
          }}
        />
      )}
    </Screen>
  )
}
