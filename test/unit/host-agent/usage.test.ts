import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readCost, turnUsage } from '#host-agent/agents/turn-usage.ts'
import { createDisk } from '#host-agent/journal/disk.ts'
import { costOf } from '#host-agent/models/cost-of.ts'
import { whyRoute } from '#host-agent/tasks/why-route.ts'
import { createBudget } from '#host-agent/usage/budget.ts'
import { priceUsage } from '#host-agent/usage/price-usage.ts'
import { sumUsage } from '#host-agent/usage/sum-usage.ts'
import { openUsageLog, readUsage, type UsageEntry } from '#host-agent/usage/usage-log.ts'
import { systemClock } from '#link/clock.ts'
import type { Spent } from '#protocol/statements/events.ts'
import type { Route } from '#protocol/statements/route.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-usage-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const entry = (more: Partial<UsageEntry> = {}): UsageEntry => ({
  at: Date.UTC(2026, 10, 24, 12),
  task: 'tsk_1',
  project: 'site',
  route: null,
  agent: 'gemini',
  input: 100,
  output: 10,
  ms: 1_000,
  ...more,
})

test('what was spent is read again after a crash that left half a line', async () => {
  const path = join(folder, 'torn.jsonl')
  expect(await readUsage(path)).toEqual([])
  const disk = createDisk(systemClock, () => {})
  const first = await openUsageLog(path, disk)
  await first.add(entry())
  await first.close()
  appendFileSync(path, '{"at":17')
  expect(await readUsage(path)).toEqual([entry()])
  const second = await openUsageLog(path, disk)
  await second.add(entry({ agent: 'claude' }))
  await second.close()
  appendFileSync(path, '{"of":"a later version"}\nno JSON\n')
  expect((await readUsage(path)).map(({ agent }) => agent)).toEqual(['gemini', 'claude'])
})

test('it is summed by route, agent, project and day; what has no known cost is not free', () => {
  const cost = { micros: 500_000, currency: 'USD' }
  const entries = [
    entry({ cost, cached: 50 }),
    entry({ cost, route: 'code' }),
    entry({ at: Date.UTC(2026, 10, 25), agent: 'claude' }),
  ]
  expect(sumUsage(entries, 'agent')).toEqual([
    { name: 'claude', turns: 1, input: 100, output: 10, cached: 0, ms: 1_000, priced: 0, cost: {} },
    { name: 'gemini', turns: 2, input: 200, output: 20, cached: 50, ms: 2_000, priced: 2, cost: { USD: 1_000_000 } },
  ])
  expect(sumUsage(entries, 'day').map(({ name, turns }) => [name, turns])).toEqual([
    ['2026-11-24', 2],
    ['2026-11-25', 1],
  ])
  expect(sumUsage(entries, 'route').map(({ name }) => name)).toEqual(['-', 'code'])
  expect(sumUsage(entries, 'project').map(({ name, turns }) => [name, turns])).toEqual([['site', 3]])
})

test('a call costs its tokens times the price of a million, the cached ones theirs', () => {
  expect(costOf({ input: 1_000_000, output: 1_000_000, cached: 0 }, { input: 3, output: 15 })).toBe(18_000_000)
  expect(costOf({ input: 1_000, output: 0, cached: 800 }, { input: 3, output: 15, cached: 0.3 })).toBe(840)
  expect(costOf({ input: 1_000, output: 0, cached: 800 }, { input: 3, output: 15 })).toBe(3_000)
  // A server that names more cached tokens than it read pays nobody back.
  expect(costOf({ input: 10, output: 0, cached: 800 }, { input: 3, output: 15, cached: 0 })).toBe(0)
})

test('of an agent a turn is what its answer says, and by how much the session’s cost grew', () => {
  const usd = (micros: number) => ({ micros, currency: 'USD' })
  const usage = { inputTokens: 100, outputTokens: 50, cachedReadTokens: 1_000, cachedWriteTokens: 7 }
  const turn = { agent: 'claude', ms: 12.6, before: usd(250_000), after: usd(600_000) }
  expect(turnUsage({ usage }, turn)).toEqual({
    agent: 'claude',
    input: 1_107,
    output: 50,
    cached: 1_000,
    cost: usd(350_000),
    ms: 13,
  })
  expect(turnUsage({}, { ...turn, before: null })).toMatchObject({ input: 0, output: 0, cost: usd(600_000) })
  expect(turnUsage({ usage: { inputTokens: -1, outputTokens: 'many' } }, { ...turn, before: null, after: null })).toBe(
    null,
  )
  // It began to count anew.
  expect(turnUsage({}, { ...turn, after: usd(1_000) })?.cost).toEqual(usd(1_000))
})

test('a cost is read where it is one', () => {
  expect(readCost({ amount: 0.0123456, currency: 'usd' })).toEqual({ micros: 12_346, currency: 'USD' })
  for (const cost of [
    null,
    undefined,
    {},
    { amount: -1, currency: 'USD' },
    { amount: 1, currency: 'dollars' },
    { amount: 1e300, currency: 'USD' },
  ])
    expect(readCost(cost)).toBe(null)
})

test('a budget counts what was spent before, each task and each day by itself, and is widened by as much again', () => {
  const usd = (micros: number) => ({ micros, currency: 'USD' })
  let now = Date.UTC(2026, 10, 24, 13)
  const budget = createBudget({ task: 1, day: 2 }, [entry({ task: 'a', cost: usd(900_000) })], () => now)
  expect(budget.usedUp('a')).toBe(null)
  budget.spent('a', { micros: 5_000_000, currency: 'EUR' })
  budget.spent('a', undefined)
  expect(budget.usedUp('a')).toBe(null)
  budget.spent('a', usd(100_000))
  const wish = budget.usedUp('a')
  expect(wish).toEqual({ budget: 'task', spent: 1_000_000, limit: 1_000_000, widenBy: 1_000_000 })
  expect(budget.usedUp('b')).toBe(null)
  if (wish) budget.widen('a', wish)
  expect(budget.usedUp('a')).toBe(null)
  budget.spent('b', usd(999_999))
  budget.spent('c', usd(1))
  expect(budget.usedUp('c')).toMatchObject({ budget: 'day', spent: 2_000_000, limit: 2_000_000 })
  now += 24 * 3_600_000
  expect(budget.usedUp('c')).toBe(null)
  expect(createBudget({}, [entry({ cost: usd(1e12) })], () => now).usedUp('tsk_1')).toBe(null)
})

test('tokens without a cost get the price that is named for their agent; a cost that the agent tells stays', () => {
  const prices = { gemini: { input: 2, output: 10, cached: 1 } }
  const spent: Spent = { agent: 'gemini', input: 2_000, output: 100, cached: 500, ms: 1 }
  expect(priceUsage(spent, prices).cost).toEqual({ micros: 4_500, currency: 'USD' })
  const told = { ...spent, cost: { micros: 7, currency: 'USD' } }
  expect(priceUsage(told, prices)).toBe(told)
  expect(priceUsage({ ...spent, agent: 'qwen' }, prices).cost).toBeUndefined()
})

test('why a route was taken is said in the words of what fitted', () => {
  const routes: Route[] = [
    { name: 'cheap', intents: ['explain'], mostWords: 60, agent: 'questions' },
    { name: 'all', agent: 'claude' },
  ]
  const of = (name: string, text: string, all = routes) => whyRoute(all, name, { text, project: 'site' })
  expect(of('cheap', 'What is the answer?')).toBe('Route cheap: it asks to explain, in 4 words.')
  expect(of('all', 'Add a page')).toBe('Route all: it takes every task.')
  expect(of('cheap', 'Add a page')).toBe('Route cheap: chosen by its name.')
  expect(of('gone', 'Add a page', [])).toBe('Route gone: chosen by its name.')
})
