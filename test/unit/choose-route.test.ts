import { expect, test } from 'vitest'
import { chooseRoute, intentOf } from '#protocol/choose-route.ts'
import type { Route } from '#protocol/statements/route.ts'

test.each([
  ['What does the parser do with an empty line?', 'explain'],
  ['Why does the login fail after a day?', 'explain'],
  ['这个函数为什么返回空？', 'explain'],
  ['Review the pull request submitted last week', 'review'],
  ['Fix the failing test in parse.ts', 'fix'],
  ["What's wrong with the date? Fix it and add a test", 'fix'],
  ['修复登录错误', 'fix'],
  ['Raise the coverage of the router', 'test'],
  ['Add a dark theme to the settings', 'code'],
  ['Deploy the site to staging', 'deploy'],
  ['dark theme', 'code'],
])('%s: %s', (text, intent) => expect(intentOf(text)).toBe(intent))

const routes: Route[] = [
  { name: 'questions', intents: ['explain'], mostWords: 40, agent: 'cheap' },
  { name: 'site', project: 'site', agent: 'web' },
  { name: 'code', intents: ['code', 'fix', 'test'], agent: 'strong' },
]

test('the first route that fits in everything it names is taken', () => {
  expect(chooseRoute(routes, { text: 'Why is this slow?', project: 'site' })).toMatchObject({
    route: { agent: 'cheap' },
    intent: 'explain',
    words: 4,
  })
  expect(chooseRoute(routes, { text: `Why ${'so '.repeat(50)}?`, project: 'api' })).toBeNull()
  expect(chooseRoute(routes, { text: 'Deploy it', project: 'site' })?.route.name).toBe('site')
  expect(chooseRoute(routes, { text: 'Fix it', project: 'api' })?.route.name).toBe('code')
  expect(chooseRoute(routes, { text: 'Deploy it', project: 'api' })).toBeNull()
})
