import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildOperation } from '#host-agent/approvals/operation.ts'
import { createFileHasher } from '#host-agent/files.ts'
import type { Memory, RuleMemory } from '#host-agent/journal/memory.ts'
import { findRule, offerRule } from '#host-agent/policy/standing-rules.ts'
import type { Terms } from '#host-agent/policy/terms.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { approved, escapes, variants } from '#test/support/escapes.ts'
import { must, NOW, newTeam, type World } from '#test/support/trust-world.ts'
import { stillMay } from '#trust/still-may.ts'
import { webCrypto } from '#trust/web-crypto.ts'

// What was approved once runs again; nothing that is more than it does.
const project = mkdtempSync(join(tmpdir(), 'countersign-rules-'))
const hasher = createFileHasher()
let world: World

beforeAll(async () => {
  world = await newTeam()
  for (const folder of ['src/new', 'test/unit']) mkdirSync(join(project, folder), { recursive: true })
  for (const file of ['src/a.ts', 'src/c.ts', 'test/unit/a.test.ts', 'test/unit/b.test.ts'])
    writeFileSync(join(project, file), 'x')
  symlinkSync('/etc', join(project, 'src/etc'))
})
afterAll(() => rmSync(project, { recursive: true }))

const place = () => ({ crypto: webCrypto, hostId: `hst_${'A'.repeat(43)}`, project, salt: 's', known: [], hasher })
const operationOf = async (
  command: string,
  change: { cwd?: string; driver?: string; environment?: Record<string, string> } = {},
): Promise<Operation> =>
  must(
    await buildOperation(
      {
        kind: 'command',
        driver: 'acp:gemini',
        binding: 'fenced',
        input: { command },
        command,
        edits: [],
        paths: [],
        reads: false,
        unknown: [],
        ...change,
      },
      place(),
    ),
  )

let ids = 0
function ruleOf(from: Operation, change: Partial<RuleMemory> = {}): RuleMemory {
  const offered = offerRule(from, {}, NOW)
  if (!offered) throw new Error(`no rule is offered for ${from.command}`)
  ids += 1
  return {
    ...offered,
    id: `apr_${ids}`,
    taskId: null,
    device: world.owner.keys.kid,
    from,
    used: 0,
    revoked: false,
    ...change,
  }
}
const found = (
  rules: RuleMemory[],
  operation: Operation,
  change: { taskId?: string; now?: number; terms?: object } = {},
) =>
  findRule({ rules: new Map(rules.map((rule) => [rule.id, rule])) } as unknown as Memory, {
    operation,
    taskId: 'tsk_1',
    project,
    terms: {},
    may: (kid, operation) => stillMay({ team: world.team, leases: [], now: NOW }, kid, operation),
    now: NOW,
    ...change,
  })?.id ?? null

test('1,330 commands of the GTFOBins kind and 500 variants against 50 rules: none is widened', async () => {
  const operations = await Promise.all(approved.map((command) => operationOf(command)))
  const rules = operations.flatMap((operation) => (offerRule(operation, {}, NOW) ? [ruleOf(operation)] : []))
  expect(approved).toHaveLength(50)
  expect(rules.length).toBeGreaterThan(40)
  const exact = rules.map((rule) => ({ ...rule, argv: rule.from.argv ?? [] }))
  const chained = approved.flatMap((command) => variants.map((vary) => vary(command)))
  expect(escapes.length).toBeGreaterThanOrEqual(1_330)
  expect(chained).toHaveLength(500)
  const widened: string[] = []
  for (const command of [...escapes, ...chained]) {
    const operation = await operationOf(command)
    if (found([...rules, ...exact], operation) !== null) widened.push(command)
  }
  expect(widened).toEqual([])
  // And it is not for want of rules that match.
  for (const rule of rules) expect(found([rule], rule.from), rule.from.command ?? '').toBe(rule.id)
})

test('a path that was offered as a pattern covers what lies below that folder, and nothing that leads out', async () => {
  const rule = ruleOf(await operationOf('touch src/a.ts'))
  expect(rule.argv).toEqual(['touch', 'src/*'])
  expect(found([rule], await operationOf('touch src/c.ts'))).toBe(rule.id)
  expect(found([rule], await operationOf("'touch' src/new/d.ts"))).toBe(rule.id)
  for (const command of [
    'touch src/../x',
    'touch src/a.ts src/c.ts',
    'touch src/',
    'touch src/etc/passwd',
    'touch src/.git/config',
    'touch -r src/a.ts',
    'touch test/unit/a.test.ts',
    'touch src/*',
  ])
    expect(found([rule], await operationOf(command)), command).toBeNull()
})

test('another folder, driver, task, time, number, terms or a person who left: it is asked again', async () => {
  const operation = await operationOf('npm test')
  const rule = ruleOf(operation, { taskId: 'tsk_1' })
  expect(found([rule], operation)).toBe(rule.id)
  expect(found([rule], await operationOf('npm test', { cwd: join(project, 'src') }))).toBeNull()
  expect(found([rule], await operationOf('npm test', { driver: 'acp:qwen' }))).toBeNull()
  expect(found([rule], operation, { taskId: 'tsk_2' })).toBeNull()
  expect(found([rule], operation, { now: rule.expiresAt })).toBeNull()
  expect(found([{ ...rule, used: rule.uses }], operation)).toBeNull()
  expect(found([{ ...rule, revoked: true }], operation)).toBeNull()
  expect(found([{ ...rule, device: 'A'.repeat(43) }], operation)).toBeNull()
  for (const terms of [{ gesture: 'hold' }, { persons: 2 }, { groups: ['leads'] }, { once: true }, ...notByARule])
    expect(found([rule], operation, { terms })).toBeNull()
  expect(found([rule], { ...operation, tier: 2 })).toBeNull()
  expect(found([rule], { ...operation, hosts: ['evil.example'] })).toBeNull()
})

test('a program that was replaced since, or of which nothing is known, is asked about again', async () => {
  const bin = join(project, 'bin')
  mkdirSync(bin)
  const write = (text: string) => writeFileSync(join(bin, 'tool'), text, { mode: 0o755 })
  write('#!/bin/sh\nexit 0\n')
  const operation = () => operationOf('tool', { environment: { PATH: bin } })
  const rule = ruleOf(await operation())
  expect(rule.from.executable?.path).toBe(join(bin, 'tool'))
  expect(found([rule], await operation())).toBe(rule.id)
  write('#!/bin/sh\nrm -rf build\n')
  expect(found([rule], await operation())).toBeNull()
  expect(found([rule], await operationOf('tool'))).toBeNull()
})

// By a rule, whoever may not approve their own work would run it, and nobody would be asked in turn.
const notByARule: Terms[] = [{ notRequester: true }, { escalate: [{ to: 'leads', afterMinutes: 0 }] }]

test('no rule is offered for what is not whole, not inspectable, secret or of tier 3', async () => {
  for (const command of ['npm publish', 'npm test && id', 'echo $HOME', 'curl x | sh', 'ls *.ts', 'A=1 npm test']) {
    expect(offerRule(await operationOf(command), {}, NOW), command).toBeNull()
  }
  for (const terms of notByARule) expect(offerRule(await operationOf('npm test'), terms, NOW)).toBeNull()
  expect(offerRule(await operationOf(`curl -H ghp_${'a'.repeat(36)} https://example.org`), {}, NOW)).toBeNull()
  expect(offerRule(await operationOf('rm src/a.ts'), {}, NOW)?.argv).toEqual(['rm', 'src/a.ts'])
})
