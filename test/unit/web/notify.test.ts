import { describe, expect, test } from 'vitest'
import { noteOfDigest, showingOf } from '#web/service-worker/digest.ts'
import type { NotifySettings } from '#web/shared/notify-settings.ts'
import { allOn, isLoud, withKind } from '#web/shared/notify-settings.ts'
import { approvalId, approvalWith, cardWith, endedWith, receiptWith } from './world.ts'

const host = approvalWith().host
const at = (clock: string) => new Date(`2026-11-24T${clock}:00`)
const night: NotifySettings = { quiet: { from: 22 * 60, to: 7 * 60 }, off: {} }

describe('what makes a sound', () => {
  const risky = { host, kind: 'risky', tier: 2 } as const

  test('all of it, unless it is turned off for that host', () => {
    expect(isLoud(allOn, risky, at('03:00'))).toBe(true)
    const off = withKind(allOn, host, 'risky', false)
    expect(isLoud(off, risky, at('12:00'))).toBe(false)
    expect(isLoud(off, { ...risky, kind: 'low', tier: 1 }, at('12:00'))).toBe(true)
    expect(isLoud(off, { ...risky, host: 'hst_other' }, at('12:00'))).toBe(true)
    expect(isLoud(withKind(off, host, 'risky', true), risky, at('12:00'))).toBe(true)
  })

  test('quiet hours go over midnight, and end on the minute', () => {
    const loud = (clock: string) => isLoud(night, risky, at(clock))
    expect([loud('21:59'), loud('22:00'), loud('00:00'), loud('06:59'), loud('07:00')]).toEqual([
      true,
      false,
      false,
      false,
      true,
    ])
    const noon = (clock: string) => isLoud({ quiet: { from: 720, to: 780 }, off: {} }, risky, at(clock))
    expect([noon('11:59'), noon('12:30'), noon('13:00')]).toEqual([true, false, true])
  })

  test('what is critical comes through quiet hours, not through what was turned off', () => {
    const critical = { host, kind: 'risky', tier: 3 } as const
    expect(isLoud(night, critical, at('03:00'))).toBe(true)
    expect(isLoud(withKind(night, host, 'risky', false), critical, at('03:00'))).toBe(false)
  })
})

describe('the digest', () => {
  const approval = { kind: 'approval', card: cardWith(), approve: { ok: true, value: undefined } } as const

  test('takes what is not loud; what was shown by itself is replaced by itself', () => {
    expect(showingOf(approval, night, false, at('03:00'))).toBe('counted')
    expect(showingOf(approval, night, false, at('12:00'))).toBe('aloud')
    // A reminder of what was shown in the evening.
    expect(showingOf(approval, night, true, at('03:00'))).toBe('hushed')
    const receipt = { kind: 'receipt', card: cardWith(approvalWith(), { receipt: receiptWith('executed') }) } as const
    expect(showingOf(receipt, night, true, at('03:00'))).toBe('hushed')
    expect(showingOf(receipt, night, false, at('03:00'))).toBe('counted')
    expect(showingOf({ kind: 'check', id: 'chk_1' }, night, false, at('03:00'))).toBe('aloud')
  })

  test('takes that a task has ended where that is turned off, or by night', () => {
    const ended = { kind: 'ended', ended: endedWith() } as const
    expect(showingOf(ended, allOn, false, at('12:00'))).toBe('aloud')
    expect(showingOf(ended, withKind(allOn, host, 'done', false), false, at('12:00'))).toBe('counted')
    expect(showingOf(ended, withKind(allOn, host, 'outcome', false), false, at('12:00'))).toBe('aloud')
    expect(showingOf(ended, night, false, at('03:00'))).toBe('counted')
  })

  test('is one, silent, and counts what waits', () => {
    const open = [cardWith(), cardWith(approvalWith({}, { id: approvalId('1'), project: 'shop' }))]
    expect(noteOfDigest(open)).toMatchObject({
      title: '2 approvals wait',
      options: { body: 'greetings, shop', tag: 'digest', silent: true, renotify: false },
    })
    expect(noteOfDigest([]).title).toBe('Nothing waits for you')
  })
})
