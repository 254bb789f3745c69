import { beforeAll, expect, test } from 'vitest'
import type { Decision } from '#protocol/statements/decision.ts'
import type { StandingRule } from '#protocol/statements/standing-rule.ts'
import {
  type Asked,
  anOperation,
  ask,
  decide,
  judged,
  MINUTE,
  NOW,
  newTeam,
  type World,
} from '#test/support/trust-world.ts'
import { checkDecision } from '#trust/check-decision.ts'
import { coversArgv, coversWord } from '#trust/standing-rule.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

const offered: StandingRule = { argv: ['touch', 'src/*'], uses: 10, expiresAt: NOW + 60 * MINUTE }
let world: World
let asked: Asked

beforeAll(async () => {
  world = await newTeam()
  const operation = anOperation(world.host, { tier: 1, command: 'touch src/a', argv: ['touch', 'src/a'] })
  asked = await ask(world, { operation, scopes: ['once', 'session', 'rule'], rule: offered })
})

const codeOf = async (scope: Decision['scope'], rule?: StandingRule, of = asked) => {
  const decision = await decide(world, world.owner, of, { scope, ...(rule ? { rule } : {}) })
  const result = await checkDecision(c, judged(world, of, decision))
  return result.ok ? 'accepted' : result.code
}

test('a rule is accepted as it was offered, or narrower', async () => {
  expect(await codeOf('rule', offered)).toBe('accepted')
  expect(await codeOf('session', { ...offered, argv: ['touch', 'src/a'], uses: 1 })).toBe('accepted')
  expect(await codeOf('once')).toBe('accepted')
})

test.each<[string, Partial<StandingRule>]>([
  ['more often', { uses: 11 }],
  ['longer', { expiresAt: offered.expiresAt + 1 }],
  ['another program', { argv: ['rm', 'src/*'] }],
  ['a wider folder', { argv: ['touch', './*'] }],
  ['another path', { argv: ['touch', 'src/b'] }],
  ['more words', { argv: ['touch', 'src/a', 'src/b'] }],
  ['fewer words', { argv: ['touch'] }],
  ['a pattern that was not offered', { argv: ['*', 'src/*'] }],
])('%s than offered is refused', async (_, change) => {
  expect(await codeOf('rule', { ...offered, ...change })).toBe('decision_scope_refused')
})

test('a scope without a rule, a rule without a scope, and a rule where none is offered are refused', async () => {
  expect(await codeOf('rule')).toBe('decision_scope_refused')
  expect(await codeOf('once', offered)).toBe('decision_scope_refused')
  const plain = await ask(world, { scopes: ['once', 'rule'] })
  expect(await codeOf('rule', offered, plain)).toBe('decision_scope_refused')
})

test('a pattern stands for what lies below its folder', () => {
  for (const word of ['src/a', 'src/b/c.ts']) expect(coversWord('src/*', word), word).toBe(true)
  for (const word of ['src', 'src/', 'src/../x', 'src/./x', 'src//x', 'srcs/a', '/src/a', 'src/..', 'x/src/a'])
    expect(coversWord('src/*', word), word).toBe(false)
  expect(coversWord('/*', '/etc')).toBe(false)
  expect(coversWord('*', 'x')).toBe(false)
  expect(coversArgv(['npm', 'test'], ['npm', 'test', '--', 'x'])).toBe(false)
})
