import type { Answers, AnswerValue, Form, FormField } from '#protocol/statements/form.ts'

/** What stands in the fields now: texts and numbers as they were typed. */
export type Draft = Readonly<Record<string, string | boolean | readonly string[]>>

/** Fields as the agent has filled them in before; whoever answers may change all of them. */
export const draftOf = ({ fields }: Form): Draft =>
  Object.fromEntries(
    fields.map((field) => {
      const { key, type, initial } = field
      if (type === 'boolean') return [key, initial === true]
      if (type === 'many') return [key, initial ?? []]
      return [key, initial === undefined ? '' : String(initial)]
    }),
  )

/** The answers as they are signed. An empty field that is not required stays unanswered; what is no number stays the text that it is, which the form refuses. */
export function answersOf({ fields }: Form, draft: Draft): Answers {
  return fields.flatMap((field) => {
    const value = answerOf(field, draft[field.key])
    return value === undefined ? [] : [{ key: field.key, value }]
  })
}

function answerOf(field: FormField, value: Draft[string] | undefined): AnswerValue | undefined {
  if (value === undefined || value === '') return undefined
  if (typeof value === 'string') return isNumeric(field) ? numberOf(value) : value
  if (typeof value === 'boolean') return value
  return value.length === 0 && !field.required ? undefined : [...value]
}

const isNumeric = ({ type }: FormField) => type === 'number' || type === 'integer'

/** Where a comma is the decimal point, phones offer only that. */
function numberOf(typed: string): number | string {
  const text = typed.trim().replace(/^(-?\d+),(\d+)$/, '$1.$2')
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : typed
}
