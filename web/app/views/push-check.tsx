import { useState } from 'preact/hooks'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import type { PushChecked } from '../model/check-push.ts'
import { isIos } from '../model/push-state.ts'
import { AnyIcon } from '../parts/any-icon.tsx'

/** Whether notifications really arrive: one is sent, and what came of it is said. */
export function PushCheckView({ onCheck }: { onCheck(): Promise<PushChecked> }) {
  const [checked, setChecked] = useState<PushChecked | 'under-way' | null>(null)
  const check = async () => {
    setChecked('under-way')
    setChecked(await onCheck())
  }
  return (
    <>
      <button type="button" class="button" disabled={checked === 'under-way'} onClick={check}>
        <AnyIcon name="bell" /> {checked === 'under-way' ? t('settings.pushCheckUnderWay') : t('settings.pushCheck')}
      </button>
      <p role="status">{checked !== null && checked !== 'under-way' && wordsOf(checked)}</p>
    </>
  )
}

function wordsOf(checked: PushChecked): string {
  if (checked.is === 'arrived') return t('settings.pushCheckArrived', { ms: checked.ms })
  if (checked.is === 'refused') return sentenceOf(checked.code)
  return isIos() ? t('settings.pushCheckMissingIos') : t('settings.pushCheckMissing')
}
