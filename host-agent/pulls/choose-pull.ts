import { ok, type Result, refused } from '#protocol/errors.ts'
import { loginOf, type Pull } from './pull.ts'
import type { Days, PullWish } from './pull-wish.ts'

/** The one that is meant, and which others fit as well, the next best first. */
export type ChosenPull = { pull: Pull; others: readonly Pull[] }

const dayMs = 86_400_000
/** Words of a title that tell it from others are longer than this. */
const shortWord = 3
const common = new Set(
  'pull request requests merge review submitted opened created made this that with from about please latest newest last week month today yesterday open merged closed branch explain what does have into when then them they their there look over'.split(
    ' ',
  ),
)

/**
 * Chooses among the pull requests that there are, by facts: number, state, days, author and branch have to fit where the words name them; of those that fit the one whose title the words
 * name most comes first, then an open one, then the newest. Errors: `pull_not_found`.
 */
export function choosePull(pulls: readonly Pull[], wish: PullWish, now: number): Result<ChosenPull> {
  const { number, state, order, words } = wish
  if (number !== null) {
    const pull = pulls.find((each) => each.number === number)
    return pull ? ok({ pull, others: [] }) : refused('pull_not_found', `#${number}`)
  }
  let fitting = pulls.filter((pull) => state === null || pull.state === state)
  if (wish.days !== null) fitting = within(fitting, windowsOf(wish.days, now), state === 'MERGED')
  const mentioned = /(?<![\w.])@([\w-]+)/.exec(words)?.[1]?.toLowerCase()
  if (mentioned !== undefined) fitting = fitting.filter((pull) => loginOf(pull.author).toLowerCase() === mentioned)
  for (const names of [namesAuthor, namesBranch]) {
    const named = fitting.filter((pull) => names(words, pull))
    if (named.length > 0) fitting = named
  }
  const said = wordsOf(words)
  const rank = (pull: Pull): number[] => {
    const time = order === 'oldest' ? -Date.parse(pull.createdAt) : Date.parse(pull.createdAt)
    if (order !== null) return [time]
    const inTitle = [...wordsOf(`${pull.title} ${pull.headRefName}`)].filter((word) => said.has(word)).length
    return [inTitle, pull.state === 'OPEN' ? 1 : 0, time]
  }
  const [pull, ...others] = [...fitting].sort((a, b) => compare(rank(b), rank(a)))
  return pull ? ok({ pull, others }) : refused('pull_not_found')
}

const compare = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((value, index) => value !== b[index])
  return at === -1 ? 0 : (a[at] as number) - (b[at] as number)
}

const wordsOf = (text: string): Set<string> =>
  new Set(
    (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length > shortWord && !common.has(word)),
  )

const namesAuthor = (words: string, { author }: Pull): boolean => {
  const login = literally(loginOf(author))
  return new RegExp(
    String.raw`(?:\b(?:by|from|of)\s+@?|@)${login}(?![\w-])|(?<![\w-])${login}(?:['’]s\b|\s*(?:的|提交))`,
    'i',
  ).test(words)
}

/** A branch whose name is an ordinary word is only meant where it is called a branch. */
const namesBranch = (words: string, { headRefName }: Pull): boolean =>
  (/[-/_.\d]/.test(headRefName) || /\bbranch\b|分支/i.test(words)) &&
  new RegExp(String.raw`(?<![\w/-])${literally(headRefName)}(?![\w/-])`).test(words)

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

type Window = readonly [from: number, to: number]

/** Of the first window that holds any. */
function within(pulls: readonly Pull[], windows: readonly Window[], isMerging: boolean): Pull[] {
  const timeOf = ({ createdAt, mergedAt }: Pull) => Date.parse((isMerging && mergedAt) || createdAt)
  const found = windows.map(([from, to]) => pulls.filter((pull) => timeOf(pull) >= from && timeOf(pull) < to))
  return found.find((each) => each.length > 0) ?? []
}

/** The calendar's days first; by last week and last month people also mean the last seven and thirty days. */
function windowsOf(days: Days, now: number): Window[] {
  const date = new Date(now)
  const day = (shift: number) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + shift).getTime()
  const month = (shift: number) => new Date(date.getFullYear(), date.getMonth() + shift, 1).getTime()
  const monday = -((date.getDay() + 6) % 7)
  const windows: Record<Days, Window[]> = {
    today: [[day(0), day(1)]],
    yesterday: [[day(-1), day(0)]],
    'this week': [[day(monday), day(monday + 7)]],
    'last week': [
      [day(monday - 7), day(monday)],
      [now - 7 * dayMs, now + 1],
    ],
    'this month': [[month(0), month(1)]],
    'last month': [
      [month(-1), month(0)],
      [now - 30 * dayMs, now + 1],
    ],
  }
  return windows[days]
}
