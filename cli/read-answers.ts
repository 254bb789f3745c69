import { ok, type Result, refused } from '#protocol/errors.ts'
import type { Answers, AnswerValue, Form, FormField } from '#protocol/statements/form.ts'
import { answerProblems } from '#trust/form-answers.ts'

/**
 * Answers as they stand on a command line, `field=value`, by the form that they are for: a field is named by its key or its label, `yes` and `no` are true and false, of
 * several options each is said by itself. Errors: `decision_answers` with every field that does not fit, and why.
 */
export function readAnswers(form: Form, words: readonly string[]): Result<Answers> {
  const values = new Map<string, AnswerValue>()
  for (const word of words) {
    const at = word.indexOf('=')
    const name = word.slice(0, at)
    const field = form.fields.find(({ key }) => key === name) ?? form.fields.find(({ label }) => label === name)
    if (at === -1 || !field) return refused('decision_answers', `${word}: there is no such field`)
    const value = answerOf(field, word.slice(at + 1))
    const before = values.get(field.key)
    if (before !== undefined && field.type !== 'many') return refused('decision_answers', `${name}: said twice`)
    values.set(field.key, Array.isArray(before) ? [...before, ...[value].flat().map(String)] : value)
  }
  const answers = [...values].map(([key, value]) => ({ key, value }))
  const problems = [...answerProblems(form, answers)]
  if (problems.length === 0) return ok(answers)
  return refused('decision_answers', problems.map(([key, problem]) => `${key}: ${problem}`).join(', '))
}

/** What is of another kind than the field stays as it was typed: that is what is wrong with it. */
function answerOf({ type }: FormField, text: string): AnswerValue {
  if (type === 'many') return [text]
  if (type === 'boolean') return /^(yes|true)$/i.test(text) || (/^(no|false)$/i.test(text) ? false : text)
  if (type === 'number' || type === 'integer')
    return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  return text
}
