import { expect, test } from 'vitest'
import { approvalState, endsInTime, type KeptApproval, refuseDecision } from '#functions/domain/approval.ts'
import { fitFrame } from '#functions/domain/fit-frame.ts'
import { isPushEndpoint } from '#functions/domain/push-endpoint.ts'
import { nextTry } from '#functions/domain/push-retry.ts'
import { admitBatch } from '#functions/domain/task.ts'
import { limits } from '#protocol/limits.ts'
import type { TaskHead } from '#protocol/records.ts'

test.each([
  'https://fcm.googleapis.com/fcm/send/abc:def',
  'https://jmt17.google.com/fcm/send/x',
  'https://updates.push.services.mozilla.com/wpush/v2/gAAA',
  'https://web.push.apple.com/Qx',
  'https://wns2-db5p.notify.windows.com/w/?token=abc',
])('%s is a push service', (endpoint) => {
  expect(isPushEndpoint(endpoint)).toBe(true)
})

test.each([
  'http://fcm.googleapis.com/x',
  'https://fcm.googleapis.com:8443/x',
  'https://user@fcm.googleapis.com/x',
  'https://user:password@fcm.googleapis.com/x',
  'https://fcm.googleapis.com.evil.example/x',
  'https://evilfcm.googleapis.com/x',
  'https://push.apple.com/x',
  'https://xpush.apple.com/x',
  'https://169.254.169.254/latest/meta-data',
  'https://[::1]/x',
  'https://2130706433/x',
  'https://localhost/x',
  'https://fcm.googleapis.com#@evil.example/',
  'https://evil.example/#fcm.googleapis.com/',
  'https://evil.example\\@fcm.googleapis.com/',
  'https://FCM.googleapis.com/x',
  'https://fcm.googleapis.com/x#f',
  'https://fcm.googleapis.com',
  'file:///etc/passwd',
  '',
])('%s is none', (endpoint) => {
  expect(isPushEndpoint(endpoint)).toBe(false)
})

test('a push is tried again later and later, not for ever, and not too late', () => {
  const far = Number.MAX_SAFE_INTEGER
  expect([1, 2, 3, 7, 9].map((tries) => nextTry(tries, 0, far))).toEqual([
    60_000, 120_000, 240_000, 3_600_000, 3_600_000,
  ])
  expect(nextTry(10, 0, far)).toBeNull()
  expect(nextTry(1, 0, 60_000)).toBeNull()
})

const approval = { settledState: null, expiresAt: 100 } as KeptApproval
test('an open approval expires by the clock; a settled one never', () => {
  expect(approvalState(approval, 99)).toBe('open')
  expect(approvalState(approval, 100)).toBe('expired')
  expect(approvalState({ settledState: 'settled', expiresAt: 100 }, 200)).toBe('settled')
  expect(refuseDecision(null, 0)).toMatchObject({ code: 'approval_not_found' })
  expect(refuseDecision(approval, 100)).toMatchObject({ code: 'approval_expired' })
  expect(endsInTime(limits.approvalMs, 0)).toBe(true)
  expect(endsInTime(0, 0)).toBe(false)
})

const head = { hostId: 'hst_a', state: 'working' } as TaskHead
test.each([
  [null, 'task_not_found'],
  [{ head: { ...head, hostId: 'hst_b' }, stateSeq: 0 }, 'task_not_found'],
  [{ head: { ...head, state: 'completed' as const }, stateSeq: 4 }, 'task_ended'],
  [{ head: { ...head, state: 'completed' as const }, stateSeq: 5 }, null],
  [{ head, stateSeq: 1 }, null],
])('a batch numbered 5 for %j: %s', (task, code) => {
  const admitted = admitBatch(task, { hostId: 'hst_a', seq: 5 })
  expect(admitted.ok ? null : admitted.code).toBe(code)
})

test('a frame takes as many as fit, in bytes and not in characters', () => {
  const third = '€'.repeat(limits.frameBytes / 9)
  expect(fitFrame([third, third, third])).toEqual({ items: [third, third], more: true })
  expect(fitFrame([])).toEqual({ items: [], more: false })
})
