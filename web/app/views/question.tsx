import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { Approval } from '#protocol/statements/approval.ts'
import type { Form } from '#protocol/statements/form.ts'
import { answerProblems } from '#trust/form-answers.ts'
import { gestureFor } from '#trust/gesture.ts'
import { t } from '../../texts/all-texts.ts'
import { answersOf, draftOf } from '../model/form-draft.ts'
import { Broken } from '../parts/broken.tsx'
import { Exact } from '../parts/exact.tsx'
import { useBusy } from '../parts/use-busy.ts'
import type { Given } from './answer-bar.tsx'
import { ApproveButton } from './approve-button.tsx'
import { FormFieldView } from './form-field.tsx'
import '../style/form.css'

type Props = {
  approval: Approval
  form: Form
  /** Whether it can still be answered from here. */
  isOpen: boolean
  expiry: string
  /** Why this device can't answer; it can still decline. */
  refusal: string | null
  /** Stands above the buttons. */
  children: ComponentChildren
  onAnswer(given: Given): Promise<void>
}

/** An agent's question: its words, marked as such, fields to fill in, and one button that signs the answers. */
export function QuestionView({ approval, form, isOpen, expiry, refusal, children, onAnswer }: Props) {
  const [draft, setDraft] = useState(() => draftOf(form))
  const [isLooked, setLooked] = useState(false)
  const { busy, broken, run } = useBusy()
  const fields = useRef<HTMLDivElement>(null)
  const answers = answersOf(form, draft)
  const problems = answerProblems(form, answers)
  const shown = isLooked ? problems : new Map<string, never>()
  const canFill = isOpen && refusal === null
  const send = (given: Pick<Given, 'answer' | 'answers' | 'code'>) =>
    run(() => onAnswer({ reason: '', scope: 'once', ...given }))
  const answer = async (code?: string) => {
    setLooked(true)
    if (problems.size === 0) return send({ answer: 'approve', answers, ...(code === undefined ? {} : { code }) })
    const first = form.fields.findIndex(({ key }) => problems.has(key))
    fields.current?.children[first]?.querySelector<HTMLElement>('input, select, textarea')?.focus()
  }
  return (
    <>
      <aside class="agent-words">
        <h2>{t('question.words')}</h2>
        <p>
          <Exact text={form.message} lines />
        </p>
      </aside>
      <div ref={fields} class="stack">
        {form.fields.map((field, index) => (
          <FormFieldView
            key={field.key}
            field={field}
            id={`field-${index}`}
            value={draft[field.key] ?? ''}
            problem={shown.get(field.key)}
            disabled={!canFill || busy}
            onChange={(value) => setDraft({ ...draft, [field.key]: value })}
          />
        ))}
      </div>
      {canFill && form.fields.some(({ type }) => type === 'text') && <p class="quiet">{t('question.noSecrets')}</p>}
      {children}
      {isOpen && (
        <div class="answer-bar">
          <Broken when={broken} />
          {refusal !== null && (
            <p class="answer-refusal">
              <strong>{t('asking.cannotApprove')}.</strong> {refusal}
            </p>
          )}
          <p class="answer-foot" role="status">
            {shown.size > 0 ? t('question.mend', { count: shown.size }) : expiry}
          </p>
          <div class="answer-buttons">
            <button type="button" class="button button-big" disabled={busy} onClick={() => send({ answer: 'deny' })}>
              {t('question.decline')}
            </button>
            {refusal === null && (
              <ApproveButton
                gesture={gestureFor(approval)}
                label={t('question.answer')}
                disabled={busy}
                onGiven={(code) => void answer(code)}
              />
            )}
          </div>
        </div>
      )}
    </>
  )
}
