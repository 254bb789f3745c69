import type { Store } from '#client/store.ts'
import { t } from '../../texts/all-texts.ts'

/** A word on a line of a change: which line, as it was when it was read, and what should be otherwise. */
export type Comment = { path: string; line: number; side: 'before' | 'after'; code: string; text: string }

const keyOf = (taskId: string) => `review/${taskId}`

/** Comments that were not sent yet: kept on this device, so that a call or an empty battery loses none. */
export const readReview = async (store: Store, taskId: string): Promise<Comment[]> =>
  (await store.get<Comment[]>(keyOf(taskId))) ?? []

/** From what is kept and not from what is shown: a comment that is written while others are sent stays. */
export const changeReview = (store: Store, taskId: string, change: ReviewChange): Promise<Comment[] | undefined> =>
  store.update<Comment[]>(keyOf(taskId), (now = []) => change(now))

export type ReviewChange = (now: readonly Comment[]) => Comment[]

/** One line has one comment; an empty one takes it back. */
export const withComment =
  (comment: Comment): ReviewChange =>
  (now) => [...now.filter((other) => !isSameLine(other, comment)), ...(comment.text === '' ? [] : [comment])]

export const withoutSent =
  (sent: readonly Comment[]): ReviewChange =>
  (now) =>
    now.filter((one) => !sent.some((each) => isSameLine(each, one) && each.text === one.text))

export const isSameLine = (a: Omit<Comment, 'text' | 'code'>, b: Omit<Comment, 'text' | 'code'>): boolean =>
  a.path === b.path && a.line === b.line && a.side === b.side

/** All comments as one instruction for the agent, by file and line. */
export function reviewPrompt(comments: readonly Comment[]): string {
  const sorted = [...comments].sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line)
  const words = sorted.map(({ path, line, side, code, text }) =>
    [
      t(side === 'after' ? 'review.at' : 'review.atRemoved', { path, line }),
      `> ${code.trim().slice(0, 200)}`,
      text.trim(),
    ].join('\n'),
  )
  return [t('review.intro'), ...words].join('\n\n')
}
