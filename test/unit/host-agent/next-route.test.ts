import { expect, test } from 'vitest'
import type { RunEnd } from '#host-agent/agents/driver.ts'
import { nextRoute } from '#host-agent/tasks/next-route.ts'
import type { Route } from '#protocol/statements/route.ts'

const routes: Route[] = [
  { name: 'cheap', intents: ['explain'], agent: 'reader' },
  { name: 'strong', agent: 'claude', model: 'opus' },
  { name: 'same', agent: 'claude', model: 'opus' },
  { name: 'other-model', agent: 'claude', model: 'sonnet' },
  { name: 'site', project: 'site', agent: 'gemini' },
  { name: 'last', agent: 'codex' },
]
const failed: RunEnd = { state: 'failed', code: 'agent_failed', untouched: true }
const task = {
  route: 'strong' as string | null,
  answered: null as 'released' | 'denied' | null,
  chosen: { model: 'opus' },
  text: 'Add a page',
  project: 'api',
}
const next = (of: Partial<typeof task> = {}, end: RunEnd = failed) => nextRoute(routes, { ...task, ...of }, end)?.name

test('a task whose agent failed goes on by the next route below that fits and leads elsewhere', () => {
  expect(next()).toBe('other-model')
  expect(next({ route: 'other-model', chosen: { model: 'sonnet' } })).toBe('last')
  expect(next({ route: 'other-model', project: 'site', chosen: { model: 'sonnet' } })).toBe('site')
  expect(next({ route: 'cheap', chosen: {} as typeof task.chosen })).toBe('strong')
  // What was denied will be asked, and denied, again.
  expect(next({ answered: 'denied' })).toBe('other-model')
})

test('never more often than there are routes', () => {
  expect(next({ route: 'last' })).toBeUndefined()
  const path: string[] = []
  for (let route: string | undefined = 'cheap'; route; route = next({ route })) path.push(route)
  expect(path).toEqual(['cheap', 'strong', 'other-model', 'last'])
})

test('never after something was released, done or changed', () => {
  expect(next({ answered: 'released' })).toBeUndefined()
  expect(next({}, { state: 'failed', code: 'agent_failed' })).toBeUndefined()
})

test('never where a person chose the agent, or where it is not the agent that failed', () => {
  expect(next({ route: null })).toBeUndefined()
  expect(next({ route: 'gone' })).toBeUndefined()
  for (const code of ['plan_unsupported', 'disk_full', 'budget_spent', 'internal'] as const)
    expect(next({}, { ...failed, code })).toBeUndefined()
  for (const state of ['completed', 'canceled', 'rejected'] as const)
    expect(next({}, { ...failed, state })).toBeUndefined()
})
