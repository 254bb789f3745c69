import { expect, test } from 'vitest'
import { Form } from '#protocol/statements/form.ts'
import { readAnswers } from '../../../cli/read-answers.ts'

const options = [
  { value: 'a', label: 'A' },
  { value: 'b', label: 'B' },
]
const form = Form.parse({
  message: 'How?',
  fields: [
    { type: 'text', key: 'name', label: 'Its name', required: true },
    { type: 'integer', key: 'count', label: 'Count', required: false, most: 8 },
    { type: 'boolean', key: 'sure', label: 'Sure', required: false },
    { type: 'many', key: 'many', label: 'Many', required: false, options },
  ],
})

test('answers are read by the form that they are for', () => {
  expect(readAnswers(form, ['Its name=a=b', 'count=3', 'sure=no', 'many=a', 'many=b'])).toEqual({
    ok: true,
    value: [
      { key: 'name', value: 'a=b' },
      { key: 'count', value: 3 },
      { key: 'sure', value: false },
      { key: 'many', value: ['a', 'b'] },
    ],
  })
})

test.each([
  [[], 'name: missing'],
  [['name'], 'name: there is no such field'],
  [['other=1'], 'other=1: there is no such field'],
  [['name=x', 'name=y'], 'name: said twice'],
  [['name=x', 'count=many', 'sure=perhaps'], 'count: kind, sure: kind'],
  [['name=x', 'count=9', 'many=c'], 'count: high, many: option'],
])('%j is refused: %s', (words, detail) => {
  expect(readAnswers(form, words)).toEqual({ ok: false, code: 'decision_answers', detail })
})
