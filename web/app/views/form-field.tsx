import { visible } from '#client/display.ts'
import type { FormField } from '#protocol/statements/form.ts'
import type { AnswerProblem } from '#trust/form-answers.ts'
import { t } from '../../texts/all-texts.ts'
import type { Draft } from '../model/form-draft.ts'
import { Exact } from '../parts/exact.tsx'
import { GrowingText } from '../parts/growing-text.tsx'

type Value = Draft[string]
export type FieldProps = {
  field: FormField
  /** In the page. */
  id: string
  value: Value
  problem: AnswerProblem | undefined
  disabled: boolean
  onChange(value: Value): void
}

/** More options than this are a list that opens. */
const shownOptions = 6

/** One field of an agent's form: its words through `Exact`, the keyboard that the answer needs, and what is wrong with it below. */
export function FormFieldView(props: FieldProps) {
  const { field, id, problem } = props
  const isGroup = field.type === 'many' || (field.type === 'one' && field.options.length <= shownOptions)
  const label = (
    <>
      <Exact text={field.label} />
      {!field.required && field.type !== 'boolean' && <span class="quiet"> ({t('question.optional')})</span>}
    </>
  )
  const below = (
    <>
      {field.hint !== undefined && (
        <span class="quiet">
          <Exact text={field.hint} lines />
        </span>
      )}
      {field.type === 'text' && field.pattern !== undefined && (
        <span class="quiet">
          <Exact text={t('question.pattern', { pattern: field.pattern })} />
        </span>
      )}
      {problem !== undefined && (
        <span class="field-problem" id={`${id}-problem`}>
          {sentenceFor(field, problem)}
        </span>
      )}
    </>
  )
  const described = problem === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-problem` }
  if (field.type === 'boolean')
    return (
      <div class="field">
        <label class="choose">
          <input
            type="checkbox"
            checked={props.value === true}
            disabled={props.disabled}
            {...described}
            onChange={(event) => props.onChange(event.currentTarget.checked)}
          />
          <span>{label}</span>
        </label>
        {below}
      </div>
    )
  if (isGroup)
    return (
      <div class="field">
        <fieldset class="choices" disabled={props.disabled} {...described}>
          <legend>{label}</legend>
          <Options {...props} />
        </fieldset>
        {below}
      </div>
    )
  return (
    <div class="field">
      <label htmlFor={id}>{label}</label>
      <Typed {...props} described={{ id, ...described }} />
      {below}
    </div>
  )
}

function Options({ field, id, value, onChange }: FieldProps) {
  if (field.type !== 'one' && field.type !== 'many') return null
  const chosen = Array.isArray(value) ? value : [value]
  const toggle = (one: string, isOn: boolean) =>
    onChange(field.type === 'one' ? one : isOn ? [...chosen, one].map(String) : chosen.filter((each) => each !== one))
  return (
    <>
      {field.options.map((option) => (
        <label key={option.value} class="choose">
          <input
            type={field.type === 'one' ? 'radio' : 'checkbox'}
            name={id}
            checked={chosen.includes(option.value)}
            onChange={(event) => toggle(option.value, event.currentTarget.checked)}
          />
          <span>
            <Exact text={option.label} />
            {option.hint !== undefined && (
              <span class="option-hint quiet">
                <Exact text={option.hint} />
              </span>
            )}
          </span>
        </label>
      ))}
    </>
  )
}

function Typed({ field, value, disabled, described, onChange }: FieldProps & { described: object }) {
  const text = typeof value === 'string' ? value : ''
  const common = { value: text, disabled, required: field.required, ...described }
  if (field.type === 'one')
    return (
      <select {...common} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{t('question.choose')}</option>
        {field.options.map((option) => (
          <option key={option.value} value={option.value}>
            {visible(option.label)}
          </option>
        ))}
      </select>
    )
  const format = field.type === 'text' ? field.format : undefined
  if (field.type === 'text' && format === undefined) return <GrowingText rows={1} {...common} onWords={onChange} />
  return (
    <input
      {...(format === undefined ? { type: 'text', ...keyboardOf(field) } : controls[format])}
      {...common}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
  )
}

/** Keyboards of phones leave out the sign where only digits are asked for. */
const keyboardOf = (field: FormField) =>
  field.type === 'integer' && (field.least ?? -1) >= 0
    ? ({ inputMode: 'numeric' } as const)
    : field.type === 'number' && (field.least ?? -1) >= 0
      ? ({ inputMode: 'decimal' } as const)
      : {}

const controls = {
  email: { type: 'email', autocomplete: 'email' },
  uri: { type: 'url', inputMode: 'url' },
  date: { type: 'date' },
  'date-time': { type: 'datetime-local' },
} as const

function sentenceFor(field: FormField, problem: AnswerProblem): string {
  const least = 'least' in field ? (field.least ?? 0) : 0
  const most = 'most' in field ? (field.most ?? 0) : 0
  if (problem === 'format')
    return field.type === 'text' && field.format ? t(`question.problem.format.${field.format}`) : ''
  if (problem === 'low' || problem === 'short') return t(`question.problem.${problem}`, { least })
  if (problem === 'high' || problem === 'long') return t(`question.problem.${problem}`, { most })
  return t(`question.problem.${problem}`)
}
