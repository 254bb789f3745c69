// @vitest-environment happy-dom
import { cleanup, fireEvent, render, waitFor } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import type { Device } from '#client/open-device.ts'
import { refused } from '#protocol/errors.ts'
import { handClock } from '#test/support/hand-clock.ts'
import { until } from '#test/support/wait.ts'
import { sealBlob } from '#trust/blob.ts'
import { webCrypto as crypto } from '#trust/web-crypto.ts'
import { readBlobText } from '#web/app/model/read-blob.ts'
import { Missing } from '#web/app/parts/missing.tsx'
import { relayOf } from '../client/team-world.ts'

afterEach(cleanup)

/** A device before a blob store that has the content once `state.isThere`. */
async function deviceWith(content: string) {
  const { ref, ciphertext } = await sealBlob(crypto, new TextEncoder().encode(content))
  const state = { isThere: false, bytes: ciphertext as Uint8Array<ArrayBuffer> }
  const clock = handClock()
  const asked = relayOf({
    'blob.read': () => (state.isThere ? { url: 'http://store/blob' } : refused('blob_not_found')),
  })
  const relay = { ...asked, fetch: async () => new Response(state.bytes) }
  return { device: { context: { crypto, relay, clock } } as unknown as Device, ref, state, clock, asked }
}

test('content that the host has named and not yet brought is looked for again by itself', async () => {
  const { device, ref, state, clock } = await deviceWith('+line')
  const reading = readBlobText(device, ref)
  await until(() => clock.nextInMs() !== null, { what: 'the wait' })
  state.isThere = true
  clock.advance(500)
  expect(await reading).toEqual({ ok: true, value: '+line' })
})

test('what never comes is given up', async () => {
  const { device, ref, clock, asked } = await deviceWith('+line')
  const reading = readBlobText(device, ref)
  for (let n = 1; n <= 4; n += 1) {
    await until(() => asked.calls.length === n && clock.nextInMs() !== null, { what: `try ${n}` })
    clock.advance(10_000)
  }
  expect(await reading).toMatchObject({ ok: false, code: 'blob_not_found' })
})

test('other bytes than the signed reference says are not shown, however many come', async () => {
  const { device, ref, state } = await deviceWith('+line')
  state.isThere = true
  const forged = new Uint8Array(state.bytes)
  forged[0] = (forged[0] ?? 0) ^ 1
  for (const bytes of [forged, state.bytes.subarray(1), new Uint8Array(1_000_000)]) {
    state.bytes = bytes
    expect(await readBlobText(device, ref)).toMatchObject({ ok: false, code: 'blob_mismatch' })
  }
})

test('content that is not there says why, and can be tried again', async () => {
  const again: number[] = []
  const { getByRole } = render(<Missing code="blob_not_found" name="a‮b.png" onAgain={() => again.push(1)} />)
  expect(getByRole('alert').textContent).toContain('a⟨U+202E⟩b.png')
  expect(getByRole('alert').textContent).toContain('The host has not sent it yet')
  fireEvent.click(getByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(again).toHaveLength(1))
})
