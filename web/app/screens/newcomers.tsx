import { useEffect, useState } from 'preact/hooks'
import { removeKey } from '#client/remove-key.ts'
import type { TeamKey } from '#trust/trust-log.ts'
import { ownersOf } from '#trust/trust-log.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { relativeTime } from '../../texts/times.ts'
import { markKnown, readNewcomers } from '../model/newcomers.ts'
import { useApp } from '../model/use-app.ts'
import { Exact } from '../parts/exact.tsx'
import { Notice } from '../parts/layout.tsx'
import { nameOfDevice } from '../views/names.ts'

/** Says above every screen which devices were let in since somebody looked, until somebody answers: it is known, or it goes. */
export function Newcomers() {
  const { model } = useApp()
  const { device } = model
  const team = model.team.value
  const [newcomers, setNewcomers] = useState<readonly TeamKey[]>([])
  const [refusal, setRefusal] = useState<string | null>(null)
  const look = async () => setNewcomers(team ? await readNewcomers(device.context.store, team, device.kid) : [])
  useEffect(() => void look(), [team])
  const isOwner = team !== null && ownersOf(team).some(({ keys }) => keys.kid === device.kid)
  const nameOf = nameOfDevice(model.hosts.value)
  const remove = async (kid: string) => {
    const removed = await removeKey(device.context, kid)
    setRefusal(removed.ok ? null : sentenceOf(removed.code))
    if (removed.ok) model.team.value = removed.value
  }
  return (
    <>
      {refusal !== null && <Notice kind="warning">{refusal}</Notice>}
      {newcomers.map(({ keys: { kid }, addedAt }) => (
        <Notice key={kid} kind="warning">
          <p>
            <strong>
              <Exact text={t('newcomer.added', { name: nameOf(kid) })} />
            </strong>{' '}
            {relativeTime(addedAt, model.now.value)}. {t('newcomer.hint')}
          </p>
          <div class="card-actions">
            <button type="button" class="button" onClick={() => void markKnown(device.context.store, kid).then(look)}>
              {t('newcomer.known')}
            </button>
            {isOwner && (
              <button type="button" class="button button-danger" onClick={() => void remove(kid)}>
                {t('newcomer.remove')}
              </button>
            )}
          </div>
        </Notice>
      ))}
    </>
  )
}
