import { expect, test } from 'vitest'
import { redact } from '#web/app/model/redact.ts'
import { share, shareHistory, shareTask, shareText } from '#web/app/model/share-text.ts'
import { emptyLog } from '#web/app/model/task-log.ts'
import { approvalWith, cardWith } from './world.ts'

test.each([
  ['curl https://ci.acme.example/build?token=1', 'curl ⟨…⟩'],
  ['ping www.acme-internal.com', 'ping ⟨…⟩'],
  ['ssh build.acme.internal', 'ssh ⟨…⟩'],
  ['ssh ada@10.0.0.7', 'ssh ⟨…⟩'],
  ['ping 192.168.1.20', 'ping ⟨…⟩'],
  ['ping fe80::1c2a:ff', 'ping ⟨…⟩'],
  ['psql db-1:5432', 'psql ⟨…⟩'],
  ['scp x buildbox:8022/srv/app', 'scp x ⟨…⟩'],
  ['cat /srv/acme/secret/notes.txt', 'cat …/notes.txt'],
  ['cat /home/ada/x', 'cat …/x'],
  ['type C:\\Users\\ada\\notes.txt', 'type …/notes.txt'],
  ['dir \\\\fileserver\\share\\plan.doc', 'dir …\\plan.doc'],
  ['git push acme.dev', 'git push ⟨…⟩'],
])('what leads to a machine or a company is left out: %s', (text, shared) => {
  expect(redact(text)).toBe(shared)
})

test('what is no address stays', () => {
  for (const text of [
    'npm test',
    'node src/greet.js',
    'rm package.json a.test.ts',
    'at 12:30:45',
    'v1.2.3',
    'a/b/c.ts',
    '2026-11-30',
  ])
    expect(redact(text)).toBe(text)
})

test('names that the host found to be hosts are left out, whatever they look like', () => {
  const card = cardWith(approvalWith({ command: 'deploy to prodbox in /home/ada/greetings/app', hosts: ['prodbox'] }))
  const text = shareText(card)
  expect(text).toContain('deploy to ⟨…⟩ in ./app')
  expect(text).not.toMatch(/prodbox|home/)
})

test('a task’s result and a piece of history are shared by the same rules', () => {
  const tests = { type: 'tests', at: 1, passed: 3, failed: 1, skipped: 0, failures: [], by: 'agent' } as never
  const shared = shareTask({
    text: 'Fix https://acme.example/issue/1',
    state: 'completed',
    log: { ...emptyLog, tests },
  })
  expect(shared).toContain('Fix ⟨…⟩')
  expect(shared).toContain('3 passed')
  const entry = {
    id: '1',
    kind: 'task',
    at: 1,
    title: 'See /srv/acme/x',
    detail: 'buildbox.internal',
    text: '',
  } as const
  const history = shareHistory([entry])
  expect(history).toContain('See …/x')
  expect(history).not.toContain('buildbox')
})

test('who closes the phone’s sheet is not told that it failed', async () => {
  const sheet = (name: string) => ({ share: () => Promise.reject(new DOMException('closed', name)) })
  expect(await share('x', sheet('AbortError'))).toBe('canceled')
  expect(await share('x', sheet('NotAllowedError'))).toBe('failed')
})
