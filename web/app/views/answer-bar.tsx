import { useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import type { Approval, Gesture, Scope } from '#protocol/statements/approval.ts'
import type { Answer } from '#protocol/statements/decision.ts'
import type { Answers } from '#protocol/statements/form.ts'
import type { StandingRule } from '#protocol/statements/standing-rule.ts'
import { t } from '../../texts/all-texts.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Broken } from '../parts/broken.tsx'
import { GrowingText } from '../parts/growing-text.tsx'
import { useBusy } from '../parts/use-busy.ts'
import { useDraft } from '../parts/use-draft.ts'
import { ApproveButton } from './approve-button.tsx'
import type { ChosenScope } from './scope-choice.tsx'
import { onceOnly, ScopeChoice } from './scope-choice.tsx'

/** What a person answers. The host hands the reason of a denial to the agent, as its next instruction. */
export type Given = {
  answer: Exclude<Answer, 'report'>
  reason: string
  code?: string
  answers?: Answers
  scope: Scope
  rule?: StandingRule
}

type Props = {
  approval: Approval
  now: number
  expiry: string
  /** Why this device can't approve; it can still deny. */
  refusal: string | null
  gesture: Gesture
  /** Whether everything was in sight. Only a plain tap on what is hardly risky does not wait for it. */
  whole: boolean
  /** Makes this device's passkey, where only that is missing. */
  onPasskey: (() => Promise<void>) | null
  /** Whether an agent is there that can be told something. */
  canTell: boolean
  onAnswer(given: Given): Promise<void>
}

const scopeOf = ({ scope, rule }: ChosenScope) => ({ scope, ...(rule ? { rule } : {}) })

/** Always in reach of a thumb: Approve with the gesture that it takes, Deny, a reason for either, and a word for the agent with a denial. */
export function AnswerBar({ approval, now, expiry, refusal, gesture, whole, canTell, onPasskey, onAnswer }: Props) {
  // Of a plan, what the agent is told is what to plan otherwise; nothing but that is a denial with words.
  const isPlan = approval.operation.plan !== undefined
  const [reason, setReason] = useDraft<string | null>(`reason/${approval.id}`, null)
  const [tell, setTell] = useState(false)
  const [chosenScope, setScope] = useState<ChosenScope>(onceOnly)
  const { busy, broken, run } = useBusy()
  const answer = (chosen: Given['answer'], code?: string) =>
    run(() =>
      onAnswer({
        answer: chosen,
        reason: reason ?? '',
        ...scopeOf(chosen === 'approve' ? chosenScope : onceOnly),
        ...(code === undefined ? {} : { code }),
      }),
    )
  const ask = (forAgent: boolean) => {
    setTell(forAgent)
    setReason(reason ?? '')
  }
  const isPlain = gesture === 'tap' || gesture === 'read'
  // From tier 2 on a tap counts only for what was on the screen to its end.
  const mustRead = !whole && (gesture !== 'tap' || approval.tier >= 2)
  // A word for the agent goes with a denial alone; a reason may go with either.
  const canSend = tell && !busy && reason !== null && reason.trim() !== ''
  return (
    <div class="answer-bar">
      <Broken when={broken} />
      {refusal !== null && (
        <p class="answer-refusal">
          <strong>{t('asking.cannotApprove')}.</strong> {refusal}
        </p>
      )}
      {onPasskey && (
        <button type="button" class="button" onClick={() => void onPasskey()}>
          <AnyIcon name="passkey" /> {t('asking.addPasskey')}
        </button>
      )}
      {refusal === null && reason === null && (
        <ScopeChoice approval={approval} chosen={chosenScope} now={now} onChoose={setScope} />
      )}
      {reason !== null && (
        <label class="field">
          <span>{tell ? t(isPlan ? 'asking.plan.changeWhat' : 'asking.tellWhat') : t('asking.reason')}</span>
          <GrowingText
            takesFocus
            rows={2}
            maxLength={limits.reasonChars}
            value={reason}
            onWords={setReason}
            {...(canSend ? { onDone: () => answer('deny') } : {})}
          />
        </label>
      )}
      <p class="answer-foot">
        <span>
          {mustRead && refusal === null
            ? t('asking.scroll')
            : isPlain
              ? expiry
              : `${t(`asking.needs.${gesture}`)} ${expiry}`}
        </span>
      </p>
      {tell && reason !== null ? (
        <button
          type="button"
          class="button button-big button-primary"
          disabled={!canSend}
          onClick={() => answer('deny')}
        >
          {t(isPlan ? 'asking.plan.planAgain' : 'asking.denyTell')}
        </button>
      ) : (
        <div class="answer-buttons">
          <button type="button" class="button button-big" disabled={busy} onClick={() => answer('deny')}>
            {t('approval.deny')}
          </button>
          {refusal === null && (
            <ApproveButton gesture={gesture} disabled={busy || mustRead} onGiven={(code) => answer('approve', code)} />
          )}
        </div>
      )}
      <p class="answer-foot answer-more">
        {reason !== null ? (
          <button type="button" class="text-button" onClick={() => setReason(null)}>
            {t('back')}
          </button>
        ) : (
          <>
            {!isPlan && (
              <button type="button" class="text-button" onClick={() => ask(false)}>
                {t('asking.reasonOptional')}
              </button>
            )}
            {canTell && (
              <button type="button" class="text-button" onClick={() => ask(true)}>
                {t(isPlan ? 'asking.plan.change' : 'asking.denyTellMore')}
              </button>
            )}
          </>
        )}
      </p>
    </div>
  )
}
