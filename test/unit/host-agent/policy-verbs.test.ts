import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { branchOf } from '#host-agent/git/branch.ts'
import type { JournalEntry } from '#host-agent/journal/journal-entry.ts'
import { hashLine } from '#host-agent/journal/journal-reader.ts'
import { evaluatePolicy } from '#host-agent/policy/evaluate-policy.ts'
import { matchesTime } from '#host-agent/policy/match-time.ts'
import { loadPolicy, type Policy, readPolicy } from '#host-agent/policy/policy.ts'
import { replayPolicy } from '#host-agent/policy/replay-policy.ts'
import { reviewPolicy } from '#host-agent/policy/review-policy.ts'
import { askedTerms } from '#host-agent/policy/terms.ts'
import { testPolicy } from '#host-agent/policy/test-policy.ts'
import { newId } from '#protocol/ids.ts'
import type { Operation } from '#protocol/statements/operation.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-policy-'))
const project = join(folder, 'project')
beforeAll(() => {
  mkdirSync(join(project, 'src'), { recursive: true })
  writeFileSync(join(project, 'src', 'a.ts'), 'export {}\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

const policyOf = async (text: string): Promise<Policy> => {
  const read = await readPolicy(`version: 1\n${text}`)
  if (!read.ok) throw new Error(read.detail)
  return read.value.policy
}

test('a time of day may go past midnight, and then belongs to the day on which it began', () => {
  const at = (text: string) => new Date(text).getTime()
  const night = { from: '22:00', to: '06:00', days: ['fri' as const] }
  expect(matchesTime(night, at('2026-11-20T23:30'))).toBe(true)
  expect(matchesTime(night, at('2026-11-21T05:59'))).toBe(true)
  expect(matchesTime(night, at('2026-11-21T06:00'))).toBe(false)
  expect(matchesTime(night, at('2026-11-21T22:30'))).toBe(false)
  expect(matchesTime({ from: '09:00', to: '17:00' }, at('2026-11-21T09:00'))).toBe(true)
  expect(matchesTime({ from: '09:00', to: '17:00' }, at('2026-11-21T17:00'))).toBe(false)
  expect(matchesTime({ days: ['sat'] }, at('2026-11-21T00:00'))).toBe(true)
  expect(matchesTime({ days: ['sat'] }, at('2026-11-22T00:00'))).toBe(false)
})

test('a branch that is not known is allowed nothing and spared nothing', async () => {
  const operation = { kind: 'edit', tier: 1, files: [], hosts: [], argv: null, uninspectable: [] } as never as Operation
  const on = (policy: Policy, branch: string | null) =>
    evaluatePolicy(policy, operation, { agent: 'a', project, branch, now: 0 }).verdict
  const allowing = await policyOf('rules: [{ match: { branch: "feature/**" }, verdict: allow }]')
  expect([on(allowing, 'feature/x/y'), on(allowing, 'main'), on(allowing, null)]).toEqual(['allow', 'ask', 'ask'])
  const denying = await policyOf('rules: [{ match: { branch: [main, release] }, verdict: deny }]')
  expect([on(denying, 'feature/x'), on(denying, 'main'), on(denying, null)]).toEqual(['ask', 'deny', 'deny'])
})

test('the branch is that of the folder’s repository or worktree', async () => {
  const git = (...args: string[]) => spawnSync('git', ['-C', project, ...args], { encoding: 'utf8' })
  expect(await branchOf(project)).toBeNull()
  git('init', '-q', '-b', 'trunk')
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'x')
  expect(await branchOf(join(project, 'src'))).toBe('trunk')
  git('worktree', 'add', '-q', '-b', 'feature/one', join(folder, 'apart'))
  expect(await branchOf(join(folder, 'apart'))).toBe('feature/one')
  git('checkout', '-q', '--detach')
  expect(await branchOf(project)).toBeNull()
})

test('tests beside the rules are judged by the code that judges agents', async () => {
  const policy = await policyOf(`rules:
  - { match: { path: ".env*" }, verdict: deny }
  - { match: { argv: [npm, test] }, verdict: allow }
  - { match: { kind: edit, path: "src/**" }, verdict: allow }
  - { match: { branch: main, kind: edit }, verdict: deny }
tests:
  - { command: npm test, expect: allow, rule: 2 }
  - { command: npm test && rm -rf /, expect: ask, rule: 0 }
  - { path: src/a.ts, expect: allow }
  - { path: [src/a.ts, package.json], branch: dev, expect: ask }
  - { path: package.json, branch: main, expect: deny, rule: 4 }
  - { kind: edit, path: .env.local, expect: deny }
  - { name: wrong on purpose, command: git push, expect: allow }`)
  const tested = await testPolicy(policy, project, 0)
  if (!tested.ok) throw new Error(tested.detail)
  expect(tested.value.map(({ passed }) => passed)).toEqual([true, true, true, true, true, true, false])
  expect(await testPolicy(await policyOf('rules: []'), project, 0)).toMatchObject({ code: 'policy_invalid' })
})

test('the tests of the file that is made for a host with none pass', async () => {
  const loaded = await loadPolicy(join(folder, 'made', 'policy.yaml'))
  if (!loaded.ok) throw new Error(loaded.detail)
  const tested = await testPolicy(loaded.value.policy, project, 0)
  expect(tested.ok && tested.value.every(({ passed }) => passed)).toBe(true)
  expect(reviewPolicy(loaded.value.policy)).toEqual([])
})

test('rules that never answer are named', async () => {
  const policy = await policyOf(`rules:
  - { match: { argv: [ls] }, verdict: allow }
  - { match: { argv: [ls] }, verdict: deny }
  - { match: { tier: 3 }, verdict: allow }
  - { match: { host: [] }, verdict: ask }
  - { match: {}, verdict: allow }
  - { match: { kind: edit }, verdict: deny }`)
  expect(reviewPolicy(policy).map(({ rule }) => rule)).toEqual([2, 3, 4, 5, 6])
})

const operationOf = (command: string, tier: 1 | 2): Operation => ({
  v: 1,
  kind: 'command',
  host: `hst_${'h'.repeat(43)}`,
  driver: 'acp:gemini',
  binding: 'fenced',
  cwd: { path: '/p', dev: '1', ino: '2' },
  input: '{}',
  command,
  argv: command.split(' '),
  executable: null,
  environment: null,
  files: [],
  hosts: [],
  tier,
  why: [],
  uninspectable: [],
  secrets: [],
})

/** A host's journal in which the policy has answered three times, once an hour, the last time now. */
function writeJournal(path: string, now: number): void {
  const hash = createHash('sha256').update('x').digest('base64url')
  const verdict = (command: string, tier: 1 | 2, said: 'allow' | 'ask', asked = true): JournalEntry => ({
    type: 'verdict',
    taskId: newId('tsk', 1),
    digest: hash,
    verdict: said,
    rule: said === 'allow' ? 1 : null,
    tier,
    policyHash: hash,
    ...(asked
      ? { asked: { operation: operationOf(command, tier), agent: 'gemini', project: '/p', branch: 'main' } }
      : {}),
  })
  const entries = [verdict('npm test', 1, 'allow'), verdict('npm run x', 2, 'ask', false), verdict('npm ci', 2, 'ask')]
  let prev: string | null = null
  let text = ''
  for (const [n, entry] of entries.entries()) {
    const line: string = JSON.stringify({ n, prev, at: now - (2 - n) * 3_600_000, entry })
    prev = hashLine(line)
    text += `${line}\n`
  }
  writeFileSync(path, text)
}

test('a replay lists every past answer that would change, since a moment', async () => {
  const path = join(folder, 'journal.jsonl')
  const now = Date.parse('2026-11-20T12:00:00Z')
  writeJournal(path, now)
  const same = await policyOf('rules: [{ match: { argv: [npm, test] }, verdict: allow }]')
  expect(await replayPolicy(same, path, 0)).toEqual({ changed: [], looked: 2, unknown: 1 })
  const other = await policyOf('rules: [{ match: { argv: [npm, "*"], branch: main }, verdict: deny }]')
  const replay = await replayPolicy(other, path, 0)
  expect(replay.changed.map(({ what, was, now: is }) => [what, was.verdict, is.verdict])).toEqual([
    ['npm test', 'allow', 'deny'],
    ['npm ci', 'ask', 'deny'],
  ])
  expect((await replayPolicy(other, path, now)).changed).toHaveLength(1)
})

test('a replay lists also another tier, gesture, number of persons, group, its members or escalation, and no use of a standing rule', async () => {
  const path = join(folder, 'terms.jsonl')
  const people = { ada: newId('per', 1), grace: newId('per', 1) }
  const rule = (more: string, members = people.ada) =>
    policyOf(`groups: { ops: [${members}], all: [${people.grace}] }
rules: [{ match: { argv: [npm, "*"] }, verdict: ask${more} }]`)
  const was = await rule(', persons: 2, groups: [ops]')
  const hash = createHash('sha256').update('x').digest('base64url')
  const said = {
    type: 'verdict',
    taskId: newId('tsk', 1),
    digest: hash,
    verdict: 'ask',
    rule: 1,
    tier: 2,
    policyHash: hash,
  } as const
  const asked = { operation: operationOf('npm ci', 2), agent: 'gemini', project: '/p', branch: 'main' }
  const used = { ...said, verdict: 'allow', standing: newId('apr', 1) } as const
  const entries: JournalEntry[] = [{ ...said, asked, terms: askedTerms(was, 1) }, used]
  const line = (entry: JournalEntry, n: number) => JSON.stringify({ n, prev: null, at: 1, entry })
  writeFileSync(path, entries.map((entry, n) => `${line(entry, n)}\n`).join(''))
  expect(await replayPolicy(was, path, 0)).toEqual({ changed: [], looked: 1, unknown: 0 })
  for (const other of [
    ', persons: 2, groups: [ops], tier: 3',
    ', persons: 2, groups: [ops], gesture: passkey',
    ', persons: 3, groups: [ops]',
    ', persons: 2, groups: [all]',
    ', persons: 2, groups: [ops], notRequester: true',
    ', persons: 2, groups: [ops], once: true',
    ', persons: 2, groups: [ops], escalate: [{ to: all, afterMinutes: 0 }]',
  ])
    expect([other, (await replayPolicy(await rule(other), path, 0)).changed.length]).toEqual([other, 1])
  const members = await rule(', persons: 2, groups: [ops]', people.grace)
  expect((await replayPolicy(members, path, 0)).changed).toHaveLength(1)
})

test('the verbs: check, test, replay and schema, with facts and exit codes', () => {
  const home = join(folder, 'home')
  mkdirSync(join(home, 'host'), { recursive: true })
  const policy = join(home, 'host', 'policy.yaml')
  const run = (...args: string[]) => {
    const done = spawnSync(process.execPath, ['cli/main.ts', 'policy', ...args, '--json'], {
      env: { ...process.env, COUNTERSIGN_HOME: home },
      encoding: 'utf8',
    })
    const facts = `${done.stdout}${done.stderr}`.trim().split('\n')
    return { status: done.status, facts: facts.map((line) => JSON.parse(line) as Record<string, unknown>) }
  }
  expect(run('check')).toMatchObject({
    status: 0,
    facts: [{ path: expect.stringContaining('not there yet'), tests: 3 }],
  })
  expect(run('test')).toMatchObject({ status: 0 })
  expect(run('check', '--policy', policy)).toMatchObject({ status: 1, facts: [{ code: 'policy_invalid' }] })
  expect(existsSync(policy)).toBe(false)
  writeFileSync(policy, 'version: 1\nrules:\n  - match: { knid: edit }\n    verdict: allow\n')
  expect(run('check')).toMatchObject({ status: 1, facts: [{ code: 'policy_invalid' }] })
  writeFileSync(
    policy,
    'version: 1\nrules: [{ match: { argv: [npm, "*"] }, verdict: deny }]\ntests: [{ command: npm ci, expect: deny }]\n',
  )
  expect(run('check')).toMatchObject({ status: 0, facts: [{ event: 'policy', rules: 1, tests: 1, remarks: 0 }] })
  expect(run('test')).toMatchObject({
    status: 0,
    facts: [
      { event: 'test', passed: true },
      { passed: 1, failed: 0 },
    ],
  })
  expect(run('replay')).toMatchObject({ status: 1, facts: [{ code: 'not_paired' }] })
  writeJournal(join(home, 'host', 'journal.jsonl'), Date.now())
  expect(run('replay', '--since', '90m')).toMatchObject({
    status: 0,
    facts: [
      { event: 'changed', operation: 'npm ci' },
      { looked: 1, changed: 1, unknown: 1 },
    ],
  })
  expect(run('replay', '--since', 'soon').status).toBe(2)
  const [{ schema }] = run('schema').facts as [{ schema: { properties: object; required: string[] } }]
  expect(Object.keys(schema.properties)).toEqual(['version', 'groups', 'rules', 'tests', 'approval'])
  expect(schema.required).toEqual(['version', 'rules'])
})
