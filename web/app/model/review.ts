import type { Store } from '#client/store.ts'
import { t } from '../../texts/all-texts.ts'

/** A word on a line of a change: which line, as it was when it was read, and what should be otherwise. */
export type Comment = { path: string; line: number; side: 'before' | 'after'; code: string; text: string }

const keyOf = (taskId: string) => `review/${taskId}`

/** Comments that were not sent yet: kept on this device, so that a call or an empty battery loses none. */
export const readReview = async (store: Store, taskId: string): Promise<Comment[]> =>
  (await store.get<Comment[]>(keyOf(taskId))) ?? []

export const keepReview = (store: Store, taskId: string, comments: readonly Comment[]): Promise<void> =>
  comments.length === 0 ? store.delete(keyOf(taskId)) : store.put(keyOf(taskId), [...comments])

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
