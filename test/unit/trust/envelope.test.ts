import { beforeAll, expect, test } from 'vitest'
import type { Envelope } from '#protocol/envelope.ts'
import { limits } from '#protocol/limits.ts'
import { typ } from '#protocol/statements/typ.ts'
import { openBlob, sealBlob } from '#trust/blob.ts'
import { fromBase64url, toBase64url, utf8 } from '#trust/bytes.ts'
import { openEnvelope, sealTo } from '#trust/envelope.ts'
import { signStatement } from '#trust/jws.ts'
import type { KeyPair } from '#trust/keys.ts'
import { exportKeys, generateKeys, importKeys } from '#trust/keys.ts'
import { openPush, pushText, sealPush } from '#trust/push.ts'
import { makeGrant, newTaskKey, openBatch, openGrant, sealBatch } from '#trust/task-key.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

let host: KeyPair
let phone: KeyPair
let tablet: KeyPair
let statement: string
let envelope: Envelope

beforeAll(async () => {
  host = await generateKeys(c, { extractable: true })
  phone = await generateKeys(c, { extractable: false })
  tablet = await generateKeys(c, { extractable: false })
  statement = await signStatement(c, host, typ.status, { v: 1, hello: 'world' })
  envelope = await sealTo(c, { id: 'x1', kind: 'status', from: host, to: [phone.keys, tablet.keys], statement })
})

const flip = (text: string, at: number): string => {
  const bytes = fromBase64url(text) ?? new Uint8Array()
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return toBase64url(bytes)
}

test('each receiver opens it, nobody else', async () => {
  expect(await openEnvelope(c, phone, envelope)).toEqual({ ok: true, value: statement })
  expect(await openEnvelope(c, tablet, envelope)).toEqual({ ok: true, value: statement })
  expect(await openEnvelope(c, host, envelope)).toMatchObject({ code: 'envelope_not_for_me' })
})

test('one receiver’s wrap does not open for another', async () => {
  const [own, other] = [phone.keys.kid, tablet.keys.kid]
  const swapped = { ...envelope, wraps: { [own]: envelope.wraps[other] ?? '', [other]: envelope.wraps[own] ?? '' } }
  expect(await openEnvelope(c, phone, swapped)).toMatchObject({ code: 'envelope_unreadable' })
})

test('no changed byte of ciphertext, wrap or header passes', async () => {
  const { kid } = phone.keys
  const wrap = envelope.wraps[kid] ?? ''
  for (let at = 0; at < 113; at += 1) {
    const opened = await openEnvelope(c, phone, { ...envelope, wraps: { [kid]: flip(wrap, at) } })
    expect(opened, `wrap ${at}`).toMatchObject({ code: 'envelope_unreadable' })
  }
  const length = fromBase64url(envelope.ct)?.length ?? 0
  for (let at = 0; at < length; at += 1) {
    const opened = await openEnvelope(c, phone, { ...envelope, ct: flip(envelope.ct, at) })
    expect(opened, `ct ${at}`).toMatchObject({ code: 'envelope_unreadable' })
  }
  for (const change of [{ id: 'x2' }, { kind: 'task' as const }, { from: phone.keys.kid }])
    expect(await openEnvelope(c, phone, { ...envelope, ...change })).toMatchObject({ code: 'envelope_unreadable' })
})

test('a ciphertext tells only its bucket', async () => {
  const size = async (chars: number) => {
    const sealed = await sealTo(c, {
      id: 'x',
      kind: 'task',
      from: host,
      to: [phone.keys],
      statement: 'x'.repeat(chars),
    })
    return (fromBase64url(sealed.ct)?.length ?? 0) - 12 - 16
  }
  expect(await Promise.all([1, 252, 253, 1_020, 1_021, 4_092, 4_093, 16_380].map(size))).toEqual([
    256, 256, 1_024, 1_024, 4_096, 4_096, 16_384, 16_384,
  ])
  await expect(size(16_381)).rejects.toThrow(RangeError)
})

test('a push: one size, within the text limit, for its device only', async () => {
  const parts = await sealPush(c, { id: 'p1', to: [phone.keys, tablet.keys], statement, ttl: 60, urgency: 'high' })
  const text = parts && pushText(parts, phone.keys.kid)
  expect(text?.length).toBeLessThanOrEqual(limits.pushTextChars)
  expect(await openPush(c, phone, text ?? '')).toEqual({ ok: true, value: statement })
  expect(await openPush(c, tablet, text ?? '')).toMatchObject({ code: 'envelope_unreadable' })
  expect(pushText(parts ?? { ct: '', wraps: {} }, host.keys.kid)).toBeNull()
  const full = await sealPush(c, {
    id: 'p2',
    to: [phone.keys],
    statement: 'x'.repeat(limits.pushInnerBytes - 4),
    ttl: 60,
    urgency: 'high',
  })
  expect(full && pushText(full, phone.keys.kid)?.length).toBe(text?.length)
  expect(
    await sealPush(c, {
      id: 'p3',
      to: [phone.keys],
      statement: 'x'.repeat(limits.pushInnerBytes - 3),
      ttl: 60,
      urgency: 'high',
    }),
  ).toBeNull()
  for (const broken of ['', 'AAAA', text?.slice(0, -4) ?? '', `B${text?.slice(1)}`])
    expect((await openPush(c, phone, broken)).ok).toBe(false)
})

test('a batch opens with its task’s key, in its place, by its host', async () => {
  const taskKey = newTaskKey(c)
  const team = `tm_${'T'.repeat(43)}`
  const task = 'tsk_01J00000000000000000000000'
  const batch = {
    v: 1 as const,
    aud: team,
    task,
    seq: 3,
    events: [{ type: 'notice' as const, at: 1, code: 'x', text: 'y' }],
  }
  const sealed = await sealBatch(c, host, { taskId: task, seq: 3, epoch: 0, taskKey, batch })
  const open = (change = {}, key = taskKey, hostKey = host.keys.sign) =>
    openBatch(c, { sealed: { ...sealed, ...change }, taskKey: key, hostKey, team })
  expect(await open()).toEqual({ ok: true, value: { ...batch, newer: 0 } })
  expect(await open({ seq: 4 })).toMatchObject({ code: 'envelope_unreadable' })
  expect(await open({}, newTaskKey(c))).toMatchObject({ code: 'envelope_unreadable' })
  expect(await open({}, taskKey, phone.keys.sign)).toMatchObject({ code: 'statement_invalid' })
  const grant = await makeGrant(c, { from: host, to: phone.keys, taskId: task, epoch: 0, taskKey })
  expect(await openGrant(c, phone, task, grant)).toEqual({ ok: true, value: taskKey })
  expect(await openGrant(c, phone, task, { ...grant, epoch: 1 })).toMatchObject({ code: 'envelope_unreadable' })
  expect(await openGrant(c, tablet, task, grant)).toMatchObject({ code: 'envelope_not_for_me' })
})

test('a blob is what its signed reference says', async () => {
  const content = c.random(60_000)
  const { ref, ciphertext } = await sealBlob(c, content)
  expect(await openBlob(c, ref, ciphertext)).toEqual({ ok: true, value: content })
  ciphertext[100] = (ciphertext[100] ?? 0) ^ 1
  expect(await openBlob(c, ref, ciphertext)).toMatchObject({ code: 'blob_mismatch' })
})

test('keys survive a file, and non-extractable ones can’t be exported', async () => {
  const again = await importKeys(JSON.parse(JSON.stringify(await exportKeys(host))))
  expect(again.keys).toEqual(host.keys)
  const sealed = await sealTo(c, { id: 'y', kind: 'status', from: phone, to: [host.keys], statement })
  expect(await openEnvelope(c, again, sealed)).toEqual({ ok: true, value: statement })
  await expect(exportKeys(phone)).rejects.toThrow()
})

test('base64url has one spelling', () => {
  expect(toBase64url(utf8('\u0000\u00ff~'))).toBe('AMO_fg')
  for (const bad of ['A', 'AB=', 'A+', 'AB/', 'AB\n', 'AR', 'AAF']) expect(fromBase64url(bad), bad).toBeNull()
  expect(fromBase64url('')).toEqual(new Uint8Array())
})
