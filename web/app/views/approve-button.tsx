import { useState } from 'preact/hooks'
import type { Gesture } from '#protocol/statements/approval.ts'
import { t } from '../../texts/all-texts.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { HoldButton } from '../parts/hold-button.tsx'

type Props = {
  gesture: Gesture
  disabled: boolean
  /** Absent: Approve. */
  label?: string
  onGiven(code?: string): void
}

/** Approve, by what the operation asks of a person: a tap, to hold, to verify oneself, or to type what the host shows. */
export function ApproveButton({ gesture, disabled, label = t('approval.approve'), onGiven }: Props) {
  if (gesture === 'hold') return <HoldButton label={label} disabled={disabled} onHeld={onGiven} />
  if (gesture === 'code') return <CodeApprove label={label} disabled={disabled} onGiven={onGiven} />
  return (
    <button type="button" class="button button-big button-primary" disabled={disabled} onClick={() => onGiven()}>
      {gesture === 'passkey' && <AnyIcon name="passkey" />} {label}
    </button>
  )
}

function CodeApprove({ label, disabled, onGiven }: Omit<Props, 'gesture'> & { label: string }) {
  const [code, setCode] = useState('')
  const isWhole = /^\d{6}$/.test(code)
  return (
    <div class="code-approve">
      <label class="field">
        <span>{t('asking.code')}</span>
        <input
          class="code-field"
          inputMode="numeric"
          autocomplete="one-time-code"
          maxLength={6}
          placeholder="······"
          value={code}
          disabled={disabled}
          onInput={(event) => setCode(event.currentTarget.value.replaceAll(/\D/g, ''))}
        />
      </label>
      <button
        type="button"
        class="button button-big button-primary"
        disabled={disabled || !isWhole}
        onClick={() => onGiven(code)}
      >
        {label}
      </button>
    </div>
  )
}
