import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GateAnswer, ToolRequest } from '#host-agent/agents/driver.ts'
import { type DenialWatch, watchDenials } from '#host-agent/approvals/watch-denials.ts'

let project: string
let watch: DenialWatch
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'countersign-denials-'))
  writeFileSync(join(project, 'a.txt'), 'one\ntwo\n')
  mkdirSync(join(project, 'old'))
  watch = watchDenials(project)
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

const deny: GateAnswer = { answer: 'deny', code: null }
const allow: GateAnswer = { answer: 'allow', approvalId: 'apr_1' }
const none = {
  driver: 'acp:x',
  binding: 'fenced',
  input: {},
  command: null,
  edits: [],
  paths: [],
  unknown: [],
} as const
const edit = (path: string, oldText: string | null, newText: string | null): ToolRequest => ({
  ...none,
  kind: 'edit',
  edits: [{ path, oldText, newText }],
  reads: false,
})
const command = (line: string): ToolRequest => ({ ...none, kind: 'command', command: line, reads: false })
const remove: ToolRequest = { ...none, kind: 'delete', paths: ['old'], reads: false }
const found = { state: 'failed', code: 'denial_ignored' }

test('a stretch or a whole file that was denied is found where it was written', async () => {
  await watch.answered(edit('a.txt', 'two\n', 'three\n'), deny)
  expect(await watch.look()).toBeNull()
  writeFileSync(join(project, 'a.txt'), 'one\nthree\n')
  expect(await watch.look()).toMatchObject({ ...found, detail: expect.stringContaining('a.txt') })
})

test.each([
  ['a tool', remove],
  ['a command', command('rm -r old')],
])('a deletion that was denied to %s is found', async (_name, request) => {
  await watch.answered(request, deny)
  rmSync(join(project, 'old'), { recursive: true })
  expect(await watch.look()).toMatchObject({ ...found, detail: expect.stringContaining('old') })
})

test('what was there before, and what was allowed after all, is not held against it', async () => {
  await watch.answered(edit('a.txt', 'one\n', 'two\n'), deny)
  expect(await watch.look()).toBeNull()
  await watch.answered(edit('b.txt', null, 'new\n'), deny)
  await watch.answered(edit('b.txt', null, 'new\n'), allow)
  writeFileSync(join(project, 'b.txt'), 'new\n')
  expect(await watch.look()).toBeNull()
})

test('an allowed command may change any file, so nothing before it counts; one that only reads changes nothing', async () => {
  await watch.answered(remove, deny)
  await watch.answered(command('git rm -rq old'), allow)
  rmSync(join(project, 'old'), { recursive: true })
  expect(await watch.look()).toBeNull()
  await watch.answered(edit('b.txt', null, 'new\n'), deny)
  await watch.answered(command('ls'), allow)
  writeFileSync(join(project, 'b.txt'), 'new\n')
  expect(await watch.look()).toMatchObject(found)
})

test('what it did before another command was allowed is not forgotten by that', async () => {
  await watch.answered(remove, deny)
  rmSync(join(project, 'old'), { recursive: true })
  await watch.answered(command('npm install'), allow)
  expect(await watch.look()).toMatchObject(found)
})
