import { expect, test } from 'vitest'
import { createToolCalls } from '#host-agent/agents/tool-calls.ts'

test('what an agent tells of a call in pieces is one call: nothing that is empty takes away what is known', () => {
  const calls = createToolCalls()
  const diff = { type: 'diff' as const, path: '/p/a.js', oldText: 'a', newText: 'b' }
  calls.merge({ toolCallId: 'x', title: 'Edit a.js', kind: 'edit', content: [diff], locations: [{ path: '/p/a.js' }] })
  const merged = calls.merge({ toolCallId: 'x', title: '', rawInput: {}, content: [] })
  expect(merged).toMatchObject({ title: 'Edit a.js', kind: 'edit', diffs: [diff], paths: ['/p/a.js'] })
  expect(calls.merge({ toolCallId: 'x', rawInput: { path: 'a.js' } }).rawInput).toEqual({ path: 'a.js' })
  expect(calls.merge({ toolCallId: 'y' })).toMatchObject({ title: '', kind: null, status: 'pending' })
})
