import { ok, type Result } from '#protocol/errors.ts'
import type { Question } from './approvals.ts'
import type { Settled } from './decisions.ts'

export type Asked = Promise<Result<{ id: string; answer: Settled }>>

/** What is asked now, by session and digest. */
export type Folding = {
  /** Asked again while it is open: one card for both. What is approved runs once, so whoever asked second asks anew; and so they do when whoever asked first took it back. */
  fold(question: Question, ask: () => Asked, signal?: AbortSignal): Asked
  isOpen(session: string, digest: string): boolean
}

export function createFolding(): Folding {
  const open = new Map<string, { asked: Asked; signal: AbortSignal | undefined }>()
  const keyOf = (session: string, digest: string) => `${session} ${digest}`

  async function fold({ session, digest }: Question, ask: () => Asked, signal?: AbortSignal): Asked {
    // The host's own questions are each their own.
    if (session === null) return ask()
    const key = keyOf(session, digest)
    const first = open.get(key)
    if (!first) {
      const asked = ask().finally(() => open.delete(key))
      open.set(key, { asked, signal })
      return asked
    }
    const ended = await Promise.race([first.asked, hungUp(signal)])
    if (signal?.aborted || !ended.ok) return ended
    const { answer } = ended.value
    const isTakenBack = answer.is === 'over' && answer.code === null && first.signal?.aborted === true
    return answer.is === 'approve' || isTakenBack ? ok({ ...ended.value, answer: { is: 'stale' } }) : ended
  }

  return { fold, isOpen: (session, digest) => open.has(keyOf(session, digest)) }
}

const hungUp = (signal: AbortSignal | undefined): Asked =>
  new Promise((resolve) => {
    const end = () => resolve(ok({ id: '', answer: { is: 'over', code: null } }))
    if (signal?.aborted) end()
    else signal?.addEventListener('abort', end)
  })
