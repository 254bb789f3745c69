import { intentOf } from '#protocol/choose-route.ts'

/** Which days: of the calendar at the host, weeks from Monday on. */
export type Days = 'today' | 'yesterday' | 'this week' | 'last week' | 'this month' | 'last month'

/** Which pull request a task's words mean. Null members: the words say nothing about it. */
export type PullWish = {
  number: number | null
  /** The repository of a pull request's address, as `host/owner/name`. */
  repository: string | null
  /** False: only a number was said, which may be an issue's. */
  isSure: boolean
  state: 'OPEN' | 'MERGED' | 'CLOSED' | null
  days: Days | null
  order: 'newest' | 'oldest' | null
  /** The person's words, for authors, branches and titles in them. */
  words: string
}

const noun = '(?:pull[ -]?requests?|merge[ -]?requests?|PRs?|MRs?)'
const chinese = String.raw`(?:拉取请求|合并请求|\bPR\b|\bMR\b)`

/** A task that is to open one means none that is there. */
const opening = new RegExp(
  [
    String.raw`\b(?:create|make|submit|send|raise|file|prepare)\s+(?:(?:an?|the|one|your|my|new|draft|small)\s+)*${noun}`,
    String.raw`(?:^|[,.;]\s*|\b(?:and|then|to|please)\s+)open\s+(?:(?:an?|the|new|draft)\s+)*${noun}`,
    String.raw`\b(?:as|in|into|via|with)\s+an?\s+(?:(?:new|draft|small)\s+)*${noun}`,
    String.raw`(?:创建|新建|提交|发起|开)(?:一个|个)?(?:新的?)?\s*${chinese}`,
  ].join('|'),
  'gi',
)
/** What may follow; any other noun makes it a topic: the pull request template. */
const followed = String.raw`(?=\s*(?:$|[,.;:?!)”"'’]+(?:\s|$)|['’]s\b|#\d|(?:submitted|opened|created|made|sent|merged|closed|from|by|of|on|in|for|about|that|which|with|titled|called|last|yesterday|today|this|and|or|is|was|has|does|please|again|first|before|to|at)\b))`
/** A preposition begins something else: the tests for PRs. */
const between = String.raw`(?!(?:on|for|in|of|to|with|from|by|about|an?|via|into|as|every|each|all|any)\b)`
const definite = new RegExp(
  String.raw`(?:\b(?:the|this|that|these|those|my|our|his|her|their|last|latest|newest|recent|oldest|open|merged|closed|draft)|[\w-]+['’]s)\s+(?:${between}[\w'’-]+\s+){0,3}?${noun}${followed}`,
  'i',
)
const chineseDefinite = new RegExp(
  String.raw`(?:审查|评审|审阅|查看|看看|看一下|看下|解释|总结|这个|那个|最新|最近|最早|上周|上个月|本周|这周|昨天|今天|的)[^。，；\n]{0,12}?${chinese}(?!\s*(?:模板|流程|按钮|检查|工作流|页面|功能))`,
  'i',
)
const numbered = new RegExp(
  String.raw`(?:\b${noun}|${chinese})\s*(?:(?:number|no\.?|号)\s*)?#?\s*([1-9]\d{0,6})\b`,
  'i',
)
const address = /\bhttps:\/\/([\w.-]+)\/([\w.-]+)\/([\w.-]+)\/pull\/([1-9]\d{0,6})\b/i
const hash = /(?<![\w&/])#([1-9]\d{0,5})(?![\w-])/
/** Words of somebody who only chooses: `no, #12 please`. */
const choosing =
  /\b(?:no|not|rather|instead|i|meant|mean|the|other|one|take|look|at|and|now|please|it|is|use|show|me|review|explain|fix|check|test|finish|continue|rebase|summari[sz]e)\b|[要看换改成第个那这用审查一下]|[\W\d_]/giu

const daysBy: readonly (readonly [Days, RegExp])[] = [
  ['yesterday', /\byesterday\b|昨天/i],
  ['last week', /\b(?:last|past|previous) week\b|上周|上个?星期/i],
  ['last month', /\b(?:last|past|previous) month\b|上个?月/i],
  ['this week', /\bthis week\b|[本这]周|这个?星期/i],
  ['this month', /\bthis month\b|[本这]个?月/i],
  ['today', /\b(?:today|this morning|this afternoon)\b|今天|今早/i],
]

/** Reads from a task's words whether they mean a pull request that is there, and which. Null: they don't, so nobody has to look. */
export function pullWishOf(text: string): PullWish | null {
  const words = text.replace(opening, ' ')
  const found = address.exec(words)
  const wish: PullWish = {
    number: null,
    repository: null,
    isSure: true,
    state: stateIn(words),
    days: daysBy.find(([, sign]) => sign.test(words))?.[0] ?? null,
    order: orderIn(words),
    words,
  }
  if (found) return { ...wish, number: Number(found[4]), repository: found.slice(1, 4).join('/').toLowerCase() }
  const number = numbered.exec(words)?.[1]
  if (number !== undefined) return { ...wish, number: Number(number) }
  const bare = hash.exec(words)?.[1]
  const isMeant = definite.test(words) || chineseDefinite.test(words)
  if (bare !== undefined && (isMeant || mayChoose(words))) return { ...wish, number: Number(bare), isSure: isMeant }
  return isMeant ? wish : null
}

const mayChoose = (words: string): boolean =>
  !/\b(?:issue|bug|ticket|colou?r)\b|问题|颜色/i.test(words) &&
  (words.replace(choosing, '') === '' || intentOf(words) === 'review')

const stateIn = (words: string): PullWish['state'] => {
  if (/\bmerged\b|已合并/i.test(words)) return 'MERGED'
  if (/\bclosed\b|已关闭/i.test(words)) return 'CLOSED'
  return /\bopen\b|未合并|打开的/i.test(words) ? 'OPEN' : null
}

const orderIn = (words: string): PullWish['order'] => {
  if (/\b(?:oldest|earliest)\b|最早|最旧/i.test(words)) return 'oldest'
  return new RegExp(String.raw`\b(?:latest|newest|most recent|last)\s+(?:\w+\s+)?${noun}|最新|最近`, 'i').test(words)
    ? 'newest'
    : null
}
