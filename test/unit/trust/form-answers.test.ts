import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Answers, Form } from '#protocol/statements/form.ts'
import { answerProblems, answersFit } from '#trust/form-answers.ts'

const common = { hint: 'why', required: false }
const options = [
  { value: 'a', label: 'A' },
  { value: 'b', label: 'B' },
]
const form = Form.parse({
  message: 'How?',
  fields: [
    { type: 'text', key: 'name', label: 'Name', ...common, required: true, least: 2, most: 4 },
    { type: 'text', key: 'mail', label: 'Mail', ...common, format: 'email' },
    { type: 'text', key: 'page', label: 'Page', ...common, format: 'uri' },
    { type: 'text', key: 'day', label: 'Day', ...common, format: 'date' },
    { type: 'text', key: 'moment', label: 'Moment', ...common, format: 'date-time' },
    { type: 'integer', key: 'count', label: 'Count', ...common, least: 1, most: 8 },
    { type: 'number', key: 'ratio', label: 'Ratio', ...common },
    { type: 'boolean', key: 'sure', label: 'Sure', ...common },
    { type: 'one', key: 'one', label: 'One', ...common, options },
    { type: 'many', key: 'many', label: 'Many', ...common, options, most: 1 },
  ],
})
const wrong = (key: string, value: unknown) => {
  const rest = key === 'name' ? [] : [{ key: 'name', value: 'Ada' }]
  return answerProblems(form, Answers.parse([...rest, { key, value }])).get(key) ?? null
}

describe('answers to a form', () => {
  test.each([
    ['name', 'Ada', null],
    ['name', '', 'missing'],
    ['name', 'A', 'short'],
    ['name', 'Ada L', 'long'],
    ['name', '🙂🙂🙂🙂', null],
    ['name', 7, 'kind'],
    ['mail', 'ada@example.org', null],
    ['mail', 'ada', 'format'],
    ['page', 'https://example.org/', null],
    ['page', 'example', 'format'],
    ['day', '2026-02-28', null],
    ['day', '28.2.2026', 'format'],
    ['moment', '2026-02-28T10:00', null],
    ['moment', 'now', 'format'],
    ['count', 8, null],
    ['count', 9, 'high'],
    ['count', 0, 'low'],
    ['count', 1.5, 'kind'],
    ['count', '3', 'kind'],
    ['ratio', 0.5, null],
    ['sure', true, null],
    ['sure', 'yes', 'kind'],
    ['one', 'a', null],
    ['one', 'c', 'option'],
    ['one', ['a'], 'kind'],
    ['many', ['a'], null],
    ['many', ['a', 'b'], 'long'],
    ['many', ['a', 'a'], 'option'],
    ['many', ['c'], 'option'],
    ['other', 'x', 'unknown'],
    ['__proto__', 'x', 'unknown'],
  ])('%s: %j is %s', (key, value, problem) => {
    expect(wrong(key, value)).toBe(problem)
  })

  test('what is required has to be there, nothing twice, and not too much in all', () => {
    expect([...answerProblems(form, [])]).toEqual([['name', 'missing']])
    const twice = Answers.parse([
      { key: 'name', value: 'Ada' },
      { key: 'name', value: 'Eve' },
    ])
    expect(answerProblems(form, twice).get('name')).toBe('unknown')
    const long = Form.parse({
      message: '',
      fields: ['a', 'b', 'c', 'd'].map((key) => ({ type: 'text', key, label: key, required: false })),
    })
    const all = long.fields.map(({ key }) => ({ key, value: 'x'.repeat(2_000) }))
    expect([...answerProblems(long, all).values()]).toEqual(['size'])
  })

  test('whatever is given, what passes is of the form', () => {
    const value = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.array(fc.constantFrom('a', 'b', 'c')))
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.constantFrom('name', 'count', 'one', 'many', 'x'), value })),
        (given) => {
          if (answerProblems(form, given).size > 0) return
          const keys = given.map(({ key }) => key)
          expect(new Set(keys).size).toBe(keys.length)
          expect(keys).toContain('name')
          for (const { key, value } of given) if (key === 'one') expect(['a', 'b']).toContain(value)
        },
      ),
    )
  })

  test('only an approved question carries answers, and it always does', () => {
    const answers = [{ key: 'name', value: 'Ada' }]
    expect(answersFit({ form }, { answer: 'approve', answers })).toBe(true)
    expect(answersFit({ form }, { answer: 'approve' })).toBe(false)
    expect(answersFit({ form }, { answer: 'deny', answers })).toBe(false)
    expect(answersFit({ form }, { answer: 'deny' })).toBe(true)
    expect(answersFit({}, { answer: 'approve', answers })).toBe(false)
    expect(answersFit({ form: { message: 'Go on?', fields: [] } }, { answer: 'approve' })).toBe(false)
  })
})
