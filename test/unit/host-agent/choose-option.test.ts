import { expect, test } from 'vitest'
import { chooseOption } from '#host-agent/agents/choose-option.ts'

const option = (kind: 'allow_once' | 'allow_always' | 'reject_once' | 'reject_always', optionId: string = kind) => ({
  kind,
  optionId,
  name: 'Yes',
})

test('a yes takes what allows it once, and nothing that allows more', () => {
  expect(chooseOption([option('allow_always'), option('reject_once'), option('allow_once')], 'allow')).toBe(
    'allow_once',
  )
  expect(chooseOption([option('allow_always'), option('reject_once')], 'allow')).toBeNull()
  expect(chooseOption([option('allow_once', 'a'), option('allow_once', 'b')], 'allow')).toBeNull()
})

test('a no takes what rejects, once where it can', () => {
  expect(chooseOption([option('reject_always'), option('reject_once')], 'deny')).toBe('reject_once')
  expect(chooseOption([option('allow_once'), option('reject_always')], 'deny')).toBe('reject_always')
  expect(chooseOption([option('allow_once')], 'deny')).toBeNull()
})
