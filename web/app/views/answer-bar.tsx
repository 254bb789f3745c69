import { useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import type { Answer } from '#protocol/statements/decision.ts'
import { t } from '../../texts/texts.ts'

type Props = {
  expiry: string
  /** Why this device can't approve; it can still deny. */
  refusal: string | null
  /** Approve waits until everything was in sight. */
  mustRead: boolean
  onAnswer(answer: Exclude<Answer, 'report'>, reason: string): Promise<void>
}

/** Always in reach of a thumb: Approve, Deny, and a reason for either. */
export function AnswerBar({ expiry, refusal, mustRead, onAnswer }: Props) {
  const [reason, setReason] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const answer = async (chosen: Exclude<Answer, 'report'>) => {
    setBusy(true)
    await onAnswer(chosen, reason ?? '')
    setBusy(false)
  }
  return (
    <div class="answer-bar">
      {refusal !== null && (
        <p class="answer-refusal">
          <strong>{t('approval.cannotApprove')}.</strong> {refusal}
        </p>
      )}
      {reason !== null && (
        <label class="field">
          <span>{t('approval.reason')}</span>
          <textarea
            rows={2}
            maxLength={limits.reasonChars}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
      )}
      <p class="answer-foot">
        <span>{mustRead && refusal === null ? t('approval.scroll') : expiry}</span>
        {reason === null && (
          <button type="button" class="text-button" onClick={() => setReason('')}>
            {t('approval.reasonOptional')}
          </button>
        )}
      </p>
      <div class="answer-buttons">
        <button type="button" class="button button-big" disabled={busy} onClick={() => answer('deny')}>
          {t('approval.deny')}
        </button>
        {refusal === null && (
          <button
            type="button"
            class="button button-big button-primary"
            disabled={busy || mustRead}
            onClick={() => answer('approve')}
          >
            {t('approval.approve')}
          </button>
        )}
      </div>
    </div>
  )
}
