import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluatePolicy } from '#host-agent/policy/evaluate-policy.ts'
import { loadPolicy, type Policy, readPolicy } from '#host-agent/policy/policy.ts'
import type { Operation } from '#protocol/statements/operation.ts'

const operation = (over: Partial<Operation>): Operation => ({
  v: 1,
  kind: 'command',
  host: `hst_${'h'.repeat(43)}`,
  driver: 'acp:gemini',
  binding: 'fenced',
  cwd: { path: '/p', dev: '1', ino: '2' },
  input: '{}',
  command: null,
  argv: null,
  executable: null,
  environment: null,
  files: [],
  hosts: [],
  tier: 1,
  why: [],
  uninspectable: [],
  secrets: [],
  ...over,
})

const rules = async (text: string): Promise<Policy> => {
  const read = await readPolicy(`version: 1\nrules:\n${text}`)
  if (!read.ok) throw new Error(read.detail)
  return read.value.policy
}
const verdict = (policy: Policy, over: Partial<Operation>) =>
  evaluatePolicy(policy, operation(over), { agent: 'gemini', project: '/p', branch: null, now: 0 }).verdict

test('a missing file is made: it allows what only reads in the project and asks for all else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-'))
  const path = join(folder, 'host', 'policy.yaml')
  const first = await loadPolicy(path)
  expect(first).toMatchObject({ ok: true })
  expect(await loadPolicy(path)).toEqual(first)
  expect(readFileSync(path, 'utf8')).toContain('version: 1')
  if (first.ok) {
    expect(verdict(first.value.policy, { tier: 0 })).toBe('allow')
    expect(verdict(first.value.policy, { tier: 1 })).toBe('ask')
    expect(verdict(first.value.policy, { tier: 3 })).toBe('ask')
  }
  writeFileSync(path, 'version: 1\nrules: [')
  expect(await loadPolicy(path)).toMatchObject({
    ok: false,
    code: 'policy_invalid',
    detail: expect.stringContaining(path),
  })
  rmSync(folder, { recursive: true })
})

test('the first matching rule answers, and what none matches is asked', async () => {
  const policy = await rules(`
  - { match: { kind: delete }, verdict: deny }
  - { match: { kind: [edit, delete] }, verdict: allow }`)
  expect(verdict(policy, { kind: 'delete' })).toBe('deny')
  expect(verdict(policy, { kind: 'edit' })).toBe('allow')
  expect(
    evaluatePolicy(policy, operation({ kind: 'fetch' }), { agent: 'gemini', project: '/p', branch: null, now: 0 }),
  ).toEqual({
    verdict: 'ask',
    rule: null,
    tier: 1,
  })
  expect(
    evaluatePolicy(policy, operation({ kind: 'edit' }), { agent: 'gemini', project: '/p', branch: null, now: 0 }).rule,
  ).toBe(2)
})

test('a command matches word by word, and never by its beginning as text', async () => {
  const policy = await rules(`
  - { match: { argv: [npm, test] }, verdict: allow }
  - { match: { argv: [git, log, "*"] }, verdict: allow }`)
  expect(verdict(policy, { argv: ['npm', 'test'] })).toBe('allow')
  expect(verdict(policy, { argv: ['npm', 'test', '--', '-x'] })).toBe('ask')
  expect(verdict(policy, { argv: ['npm', 'tests'] })).toBe('ask')
  expect(verdict(policy, { argv: null, command: 'npm test' })).toBe('ask')
  expect(verdict(policy, { argv: ['git', 'log', '-1', 'src'] })).toBe('allow')
  expect(verdict(policy, { argv: ['git', 'push'] })).toBe('ask')
})

test('an allowing rule has to match every path and at least one; a denying rule any of them', async () => {
  const file = (path: string) => ({ path: `/p/${path}`, change: 'modify' as const })
  const policy = await rules(`
  - { match: { path: [".env*", "**/secret/**"] }, verdict: deny }
  - { match: { path: "src/**" }, verdict: allow }`)
  expect(verdict(policy, { files: [file('src/a.ts'), file('src/b/c.ts')] })).toBe('allow')
  expect(verdict(policy, { files: [file('src/a.ts'), file('package.json')] })).toBe('ask')
  expect(verdict(policy, { files: [file('src/a.ts'), file('.env.local')] })).toBe('deny')
  expect(verdict(policy, { files: [file('src/secret/key')] })).toBe('deny')
  expect(verdict(policy, { files: [{ path: '/elsewhere/src/a.ts', change: 'modify' }] })).toBe('ask')
  expect(verdict(policy, { files: [] })).toBe('ask')
})

test('network hosts and agents match by name', async () => {
  const policy = await rules(`
  - { match: { host: ["*.example.org", registry.npmjs.org] }, verdict: allow }
  - { match: { agent: codex }, verdict: deny }`)
  expect(verdict(policy, { hosts: ['a.example.org'] })).toBe('allow')
  expect(verdict(policy, { hosts: ['example.org.evil.net'] })).toBe('ask')
  expect(verdict(policy, { hosts: ['registry.npmjs.org', 'evil.net'] })).toBe('ask')
  expect(evaluatePolicy(policy, operation({}), { agent: 'codex', project: '/p', branch: null, now: 0 }).verdict).toBe(
    'deny',
  )
})

test('no rule allows tier 3, what can’t be inspected or an answer, and none lowers a tier', async () => {
  const policy = await rules('  - { match: {}, verdict: allow, tier: 1 }')
  expect(
    evaluatePolicy(policy, operation({ tier: 3 }), { agent: 'gemini', project: '/p', branch: null, now: 0 }),
  ).toEqual({ verdict: 'ask', rule: 1, tier: 3 })
  expect(verdict(policy, { uninspectable: ['x'] })).toBe('ask')
  expect(verdict(policy, { kind: 'question', form: { message: 'Go on?', fields: [] } })).toBe('ask')
  expect(verdict(policy, { tier: 2 })).toBe('allow')
  const raising = await rules('  - { match: {}, verdict: allow, tier: 3 }')
  expect(verdict(raising, { tier: 0 })).toBe('ask')
})

test('a mistake is told with its line', async () => {
  const wrong: [string, number][] = [
    ['version: 1\nrules:\n  - match: { knid: edit }\n    verdict: allow\n', 3],
    ['version: 1\nrules:\n  - match: {}\n    verdict: alow\n', 4],
    ['version: 1\nrules:\n  - match: { tier: 7 }\n    verdict: ask\n', 3],
    ['version: 1\nrules:\n  - match: { argv: npm test }\n    verdict: ask\n', 3],
    ['version: 1\nrules: []\nextra: 1\n', 3],
    ['version: 1\nrules: []\nrules: []\n', 3],
    ['version: 2\nrules: []\n', 1],
    ['rules: []\n', 1],
    ['version: 1\nrules:\n  - match: {}\n   verdict: ask\n', 4],
    ['', 1],
  ]
  for (const [text, line] of wrong) {
    const read = await readPolicy(text)
    expect({ text, read }).toMatchObject({
      read: { ok: false, code: 'policy_invalid', detail: expect.stringContaining(`line ${line}`) },
    })
  }
})

test.each([
  ['{ knid: edit }', 'allow', 'there is no “knid”'],
  ['{ kind: edt }', 'allow', 'expected command or edit or'],
  ['{}', 'alow', 'expected allow or ask or deny'],
])('a mistake is told with what would be right: %s %s', async (match, verdict, words) => {
  const read = await readPolicy(`version: 1\nrules:\n  - match: ${match}\n    verdict: ${verdict}\n`)
  expect(read).toMatchObject({ ok: false, detail: expect.stringContaining(words) })
})

test('whatever is in the file, it is a policy or policy_invalid', async () => {
  const words = fc.constantFrom(
    'version',
    'rules',
    'match',
    'verdict',
    'allow',
    '*a',
    '&a',
    '<<',
    '!!js/function',
    '{',
    '}',
    '[',
    ']',
    ':',
    '-',
    '\n',
    '  ',
    '1',
    '"',
    "'",
    '|',
    '__proto__',
    '\0',
    '\t',
    '#',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ maxLength: 200 }),
        fc.string({ unit: 'binary', maxLength: 100 }),
        fc.array(words, { maxLength: 60 }).map((all) => all.join('')),
        fc.json(),
      ),
      async (text) => {
        const read = await readPolicy(text)
        if (!read.ok) expect(read.code).toBe('policy_invalid')
      },
    ),
    { numRuns: 3_000 },
  )
  expect(await readPolicy(`a: &a [x,x]\nb: &b [*a,*a]\nversion: 1\nrules: []\n`)).toMatchObject({ ok: false })
})
