// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import { newId } from '#protocol/ids.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { Names } from '#web/app/views/names.ts'
import { WhoDecides } from '#web/app/views/who-decides.tsx'
import { approvalWith, cardWith, receiptWith } from './world.ts'

afterEach(cleanup)

const kid = 'A'.repeat(43)
const person = newId('per', 0)
const now = 1_000_000
const names: Names = { ofDevice: () => 'Grace · Pho\u202ene', ofPerson: () => 'Ada' }
const group = (name: string) => ({ name, persons: [person] })
const textOf = (change: Partial<Approval>, card = {}) =>
  render(<WhoDecides card={cardWith(approvalWith({}, change), card)} names={names} now={now} />).container.textContent

test('anybody who may is enough, and nobody has spoken: nothing is said', () => {
  expect(textOf({})).toBe('')
})

test('who is asked, who is next and when, and who may not', () => {
  const text = textOf({
    quorum: { persons: 2, groups: [group('le\u202eads')], without: person },
    steps: [
      { at: 0, group: group('on call') },
      { at: now + 30 * 60_000, group: group('managers') },
    ],
  })
  for (const words of [
    '2 persons have to approve',
    'le⟨U+202E⟩ads',
    'Not by Ada',
    'Asked: on call',
    'Then managers, in 30 min',
  ])
    expect(text).toContain(words)
})

test('who said what and why is shown also where one person is enough; the host’s receipt says what counted', () => {
  const decision = { device: kid, answer: 'deny', reason: 'Not on a Fri\u200bday' } as const
  const said = { id: 'dec_1', person, iat: 1, ...decision }
  expect(textOf({}, { decisions: [said] })).toBe('Grace · Pho⟨U+202E⟩ne: denied · Not on a Fri⟨U+200B⟩day')
  cleanup()
  const receipt = receiptWith('denied', { decisions: [{ ...decision, person, reason: 'As the host has it' }] })
  expect(textOf({}, { decisions: [said], receipt })).toContain('As the host has it')
})
