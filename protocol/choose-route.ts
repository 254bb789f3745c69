import type { Intent, Route } from './statements/route.ts'

/** In this order: a text that both asks for a fix and names the tests is a fix. */
const signs: readonly (readonly [Intent, RegExp])[] = [
  ['deploy', /\b(deploy|release|publish|roll ?back|rollout|ship)\b|部署|发布|上线|回滚/i],
  ['review', /\b(review|audit|look over|pull request|pr #?\d+)\b|评审|审查|审阅/i],
  ['fix', /\b(fix|bug|broken|crash\w*|fail(s|ed|ing)?|error|regression|hotfix|repair)\b|修复|错误|崩溃/i],
  ['test', /\b(tests?|coverage|spec)\b|测试/i],
  [
    'code',
    /\b(add|implement|write|create|refactor|rename|change|build|make|update|remove|migrate)\b|添加|实现|编写|重构|修改/i,
  ],
  ['explain', /\b(explain|why|what|how|where|which|who|when|describe|summari[sz]e)\b|\?|？|解释|为什么|什么|怎么/i],
]
/** Words that ask a question, at its beginning, outweigh what is asked about. */
const question =
  /^\s*(explain|why|what|how|where|which|who|when|describe|summari[sz]e|is|are|does|do|can)\b|^\s*(解释|为什么|什么是|怎么)/i

/** What a text asks for, by its words: a rule that anybody can follow. What shows no sign is `code`. */
export function intentOf(text: string): Intent {
  if (question.test(text) && !/\b(fix|implement|deploy) (it|this|that)\b/i.test(text)) return 'explain'
  return signs.find(([, sign]) => sign.test(text))?.[0] ?? 'code'
}

/** Which route a task takes, and what of it fitted; null: none fits, so the host's default agent takes it. */
export function chooseRoute(
  routes: readonly Route[],
  task: { text: string; project: string | null },
): { route: Route; intent: Intent; words: number } | null {
  const intent = intentOf(task.text)
  const words = task.text.split(/\s+/).filter((word) => word !== '').length
  const route = routes.find(
    ({ intents, mostWords, project }) =>
      (intents === undefined || intents.includes(intent)) &&
      (mostWords === undefined || words <= mostWords) &&
      (project === undefined || project === task.project),
  )
  return route ? { route, intent, words } : null
}
