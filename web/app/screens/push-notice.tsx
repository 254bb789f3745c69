import { useEffect, useState } from 'preact/hooks'
import type { ErrorCode } from '#protocol/errors.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import type { PushState } from '../model/push-state.ts'
import { onPushPermission, readPushState, turnOnPush } from '../model/push-state.ts'
import { useApp } from '../model/use-app.ts'
import { Notice } from '../parts/layout.tsx'

/** Whether this phone is asked when the app is closed: if not, that is said, with what can be done. */
export function PushNotice() {
  const { model } = useApp()
  const [push, setPush] = useState<PushState>('on')
  const [refusal, setRefusal] = useState<ErrorCode | null>(null)
  useEffect(() => {
    const look = () => void readPushState().then(setPush)
    look()
    return onPushPermission(look)
  }, [])
  const turnOn = async () => {
    const turned = await turnOnPush(model.device)
    setRefusal(turned.ok ? null : turned.code)
    setPush(await readPushState())
  }
  return (
    <>
      {refusal !== null && <Notice kind="warning">{sentenceOf(refusal)}</Notice>}
      {push === 'off' ? (
        <Notice>
          {t('pushNotice.off')}{' '}
          <button type="button" class="text-button" onClick={() => void turnOn()}>
            {t('pushNotice.turnOn')}
          </button>
        </Notice>
      ) : (
        push !== 'on' && (
          <Notice>
            {t(`pushNotice.${push}`)}{' '}
            <a class="text-link" href="/settings">
              {t('tabs.settings')}
            </a>
          </Notice>
        )
      )}
    </>
  )
}
