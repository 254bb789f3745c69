import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { makeGesture } from '#cli/make-gesture.ts'
import { outputTo } from '#cli/output.ts'
import type { ApprovalCard } from '#client/read-approval.ts'

/** As much of an approval as says what it asks for. */
const card = (gesture: string, { tier = 1, uninspectable = [] as string[], ...rest } = {}): ApprovalCard =>
  ({ id: 'apr_1', approval: { gesture, tier, operation: { uninspectable } }, ...rest }) as unknown as ApprovalCard

async function make(of: ApprovalCard, typed: string) {
  const said: string[] = []
  const stream = { write: (text: string) => said.push(text) }
  const stdin = Readable.from([typed]) as unknown as NodeJS.ReadStream
  const output = outputTo({ stdout: stream, stderr: stream }, false)
  const made = await makeGesture(of, { stdin, stop: new AbortController().signal }, output)
  return { made, asked: said.join('') }
}

test('a command line is a tap: what has to be read or held wants a word after it was shown', async () => {
  expect(await make(card('tap'), '')).toEqual({ made: { ok: true, value: { gesture: 'tap' } }, asked: '' })
  for (const gesture of ['read', 'hold'] as const) {
    const { made, asked } = await make(card(gesture), 'approve\n')
    expect([made, asked]).toEqual([{ ok: true, value: { gesture } }, 'Read it to its end, then type approve:\n'])
  }
  expect((await make(card('read'), 'yes\n')).made).toMatchObject({ code: 'decision_unread' })
  expect((await make(card('hold'), '')).made).toMatchObject({ code: 'decision_gesture' })
  // The host asked for too little.
  const hidden = card('tap', { uninspectable: ['curl … | sh'] })
  expect((await make(hidden, '')).made).toMatchObject({ code: 'decision_unread' })
  expect((await make(hidden, 'approve\n')).made).toMatchObject({ value: { gesture: 'read' } })
})

test('a code is typed as it stands at the host; a passkey is not made here, and what was answered asks for nothing', async () => {
  expect((await make(card('code', { tier: 3 }), '123 456\n')).made).toMatchObject({
    value: { gesture: 'code', code: '123456' },
  })
  expect((await make(card('code'), '')).made).toMatchObject({ code: 'decision_gesture' })
  expect((await make(card('tap', { tier: 3 }), 'approve\n')).made).toMatchObject({ value: { gesture: 'tap' } })
  const answered = card('hold', { decision: { id: 'dec_1', answer: 'approve', state: 'sent', at: 0 } } as object)
  expect((await make(answered, '')).made).toMatchObject({ value: { gesture: 'tap' } })
})
