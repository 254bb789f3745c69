import type { Decision } from '#protocol/statements/decision.ts'
import type { Answers, AnswerValue, Form, FormField } from '#protocol/statements/form.ts'
import type { Operation } from '#protocol/statements/operation.ts'

/** What is wrong with the answer to a field; `unknown`: the form has no such field, or it is answered twice. `size`: all answers together are too long to be signed. */
export type AnswerProblem =
  | 'missing'
  | 'unknown'
  | 'kind'
  | 'short'
  | 'long'
  | 'low'
  | 'high'
  | 'option'
  | 'format'
  | 'size'

/** Characters of all answers together, as JSON: a decision with a reason beside them still fits its own limit. */
const mostChars = 6_000

/**
 * Holds answers to their form: what a person's device says before it signs and what the host says before the agent hears them. Returns what is wrong by the field's key;
 * empty: nothing. A field that is not answered is wrong only where it is required.
 */
export function answerProblems(form: Form, answers: Answers): ReadonlyMap<string, AnswerProblem> {
  const problems = new Map<string, AnswerProblem>()
  const given = new Map<string, AnswerValue>()
  const fields = new Map(form.fields.map((field) => [field.key, field]))
  for (const { key, value } of answers) {
    if (given.has(key) || !fields.has(key)) problems.set(key, 'unknown')
    given.set(key, value)
  }
  for (const [key, field] of fields) {
    const value = given.get(key)
    const problem = value === undefined ? (field.required ? 'missing' : null) : problemOf(field, value)
    if (problem) problems.set(key, problem)
  }
  if (problems.size === 0 && JSON.stringify(answers).length > mostChars) problems.set(answers.at(0)?.key ?? '', 'size')
  return problems
}

function problemOf(field: FormField, value: AnswerValue): AnswerProblem | null {
  switch (field.type) {
    case 'text':
      if (typeof value !== 'string') return 'kind'
      return textProblem(field, value)
    case 'number':
    case 'integer':
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'kind'
      if (field.type === 'integer' && !Number.isSafeInteger(value)) return 'kind'
      return boundProblem(field, value, 'low', 'high')
    case 'boolean':
      return typeof value === 'boolean' ? null : 'kind'
    case 'one':
      if (typeof value !== 'string') return 'kind'
      return field.options.some((option) => option.value === value) ? null : 'option'
    case 'many': {
      if (!Array.isArray(value)) return 'kind'
      const known = new Set(field.options.map((option) => option.value))
      if (new Set(value).size < value.length || !value.every((each) => known.has(each))) return 'option'
      if (field.required && value.length === 0) return 'missing'
      return boundProblem(field, value.length, 'short', 'long')
    }
  }
}

function textProblem(field: FormField & { type: 'text' }, value: string): AnswerProblem | null {
  if (field.required && value === '') return 'missing'
  // As JSON Schema counts: code points.
  const bound = boundProblem(field, [...value].length, 'short', 'long')
  return bound ?? (field.format && !formats[field.format](value) ? 'format' : null)
}

function boundProblem(
  { least, most }: { least?: number | undefined; most?: number | undefined },
  size: number,
  low: AnswerProblem,
  high: AnswerProblem,
): AnswerProblem | null {
  if (least !== undefined && size < least) return low
  return most !== undefined && size > most ? high : null
}

const day = /^\d{4}-\d{2}-\d{2}$/
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/

const formats: Readonly<Record<'email' | 'uri' | 'date' | 'date-time', (value: string) => boolean>> = {
  email: (value) => /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(value),
  uri: (value) => URL.canParse(value),
  date: (value) => day.test(value) && !Number.isNaN(Date.parse(value)),
  'date-time': (value) => moment.test(value) && !Number.isNaN(Date.parse(value)),
}

/** Whether a decision carries answers exactly where it has to: an approved question is answered as its form says, and nothing else carries any. */
export function answersFit(
  { form }: Pick<Operation, 'form'>,
  { answer, answers }: Pick<Decision, 'answer' | 'answers'>,
): boolean {
  if (answer !== 'approve' || form === undefined) return answers === undefined
  return answers !== undefined && answerProblems(form, answers).size === 0
}
