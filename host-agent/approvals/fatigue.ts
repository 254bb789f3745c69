import type { Answer } from '#protocol/statements/decision.ts'
import type { HostContext } from '../context.ts'
import { isComment } from '../plan/is-comment.ts'

const minute = 60_000
/** What one session may ask of people's attention (trust.md, Fatigue). */
export const fatigueLimits = {
  /** Approvals of one session that are open at once; further ones wait unseen. */
  openCards: 5,
  /** Pushes of one session within the window; then one that says that more waits, then none. */
  pushes: 12,
  pushWindowMs: 10 * minute,
  /** Denials within the window after which a session asks nothing more until somebody resumes it. One report is enough. */
  denials: 3,
  denialWindowMs: 10 * minute,
} as const

/** How an approval tells of itself: by its own push, by one that says that several wait, or by being in the list alone. */
export type Announcement = 'push' | 'digest' | 'silent'

/** `paused`: only to who can't wait for a person to resume it, a script or an agent in a terminal; a task waits. */
export type Turn = 'go' | 'canceled' | 'paused'

/** Keeps a session from wearing people down. A session is a task, by its id, or one that no task was asked for (session-id.ts). */
export type Fatigue = {
  /** Resolves when the session may put up one more card, which is counted from then on until `opened` or `closed`; `canceled` when it was ended meanwhile, or its asker is gone. */
  turn(session: string, signal?: AbortSignal): Promise<Turn>
  /** The card that was let in is up. */
  opened(session: string, approvalId: string): void
  /** It is up no more. Null: it never was. */
  closed(session: string, approvalId: string | null): void
  /** No more of its cards may be up. */
  isFull(session: string): boolean
  /** Questions that wait for their turn. */
  held(session: string): number
  announce(session: string): Announcement
  /** People have answered: denials and reports may pause the session. Durable when it resolves. */
  answered(session: string, answer: Answer): Promise<void>
  resume(session: string): Promise<void>
  /** The session asks nothing any more. */
  cancel(session: string): void
}

type Session = {
  /** Let in, and not up yet. */
  posing: number
  cards: Set<string>
  waiting: { end(how: Turn): void; signal: AbortSignal | undefined }[]
  denials: number[]
}
type Budget = { pushes: number[]; digestAt: number }

/** Begins with what the journal tells of the time before: cards that are up, what was pushed and what was denied. */
export function createFatigue({
  memory,
  clock,
  emit,
  statusChanged,
}: Pick<HostContext, 'memory' | 'clock' | 'emit' | 'statusChanged'>): Fatigue {
  const sessions = new Map<string, Session>()
  const budgets = new Map<string, Budget>()
  const at = (session: string): Session => {
    const known = sessions.get(session) ?? { posing: 0, cards: new Set<string>(), waiting: [], denials: [] }
    sessions.set(session, known)
    return known
  }
  const isPaused = (session: string) => memory.pauses.get(session)?.paused === true
  const isTask = (session: string) => memory.tasks.has(session)
  const isFull = (session: string) => at(session).posing + at(session).cards.size >= fatigueLimits.openCards

  /** Names of scripts' and terminals' sessions are made up by who asks: all of them together push no more than one task. */
  function announceAt(session: string, now: number): Announcement {
    const name = isTask(session) ? session : 'scripts and terminals'
    const budget = budgets.get(name) ?? { pushes: [], digestAt: -Infinity }
    budgets.set(name, budget)
    budget.pushes = budget.pushes.filter((time) => time > now - fatigueLimits.pushWindowMs)
    if (budget.pushes.length < fatigueLimits.pushes) {
      budget.pushes.push(now)
      return 'push'
    }
    if (budget.digestAt > now - fatigueLimits.pushWindowMs) return 'silent'
    budget.digestAt = now
    return 'digest'
  }

  for (const asked of memory.approvals.values()) {
    const { id, session, approval, consumed, consumedAt, settled } = asked
    if (session === null) continue
    announceAt(session, approval.iat)
    if (!consumed && !settled) at(session).cards.add(id)
    const since = memory.pauses.get(session)?.at ?? -Infinity
    if (consumed === 'deny' && consumedAt !== null && consumedAt > since && !isComment(asked))
      at(session).denials.push(consumedAt)
  }

  function letIn(session: string): void {
    const kept = at(session)
    const { waiting } = kept
    // Where a session ends its cards may hear of it before those that wait: the room that they leave is for nobody.
    for (const one of waiting.filter(({ signal }) => signal?.aborted)) {
      waiting.splice(waiting.indexOf(one), 1)
      one.end('canceled')
    }
    while (waiting.length > 0 && !isPaused(session) && !isFull(session)) {
      kept.posing += 1
      waiting.shift()?.end('go')
    }
    if (isPaused(session) && !isTask(session)) for (const { end } of waiting.splice(0)) end('paused')
  }

  async function note(session: string, type: 'paused' | 'resumed', text: string): Promise<void> {
    const whose = isTask(session) ? { taskId: session } : { taskId: null, session }
    const durable = memory.record({ type, ...whose })
    if (isTask(session)) emit(session, { type: 'notice', at: clock.now(), code: `session_${type}`, text })
    else statusChanged()
    letIn(session)
    await durable
  }

  return {
    isFull,
    turn: (session, signal) =>
      new Promise((resolve) => {
        at(session).waiting.push({ end: resolve, signal })
        signal?.addEventListener('abort', () => letIn(session))
        letIn(session)
      }),
    opened(session, approvalId) {
      at(session).posing -= 1
      at(session).cards.add(approvalId)
    },
    closed(session, approvalId) {
      if (approvalId === null) at(session).posing -= 1
      else at(session).cards.delete(approvalId)
      letIn(session)
    },
    held: (session) => at(session).waiting.length,
    announce: (session) => announceAt(session, clock.now()),
    async answered(session, answer) {
      if (answer === 'approve' || isPaused(session)) return
      const kept = at(session)
      const now = clock.now()
      kept.denials = [...kept.denials.filter((time) => time > now - fatigueLimits.denialWindowMs), now]
      if (answer === 'deny' && kept.denials.length < fatigueLimits.denials) return
      kept.denials = []
      const why =
        answer === 'report'
          ? 'An operation of it was reported.'
          : 'Three of its operations were denied within ten minutes.'
      await note(session, 'paused', `${why} It asks for nothing more until somebody resumes it.`)
    },
    async resume(session) {
      if (isPaused(session)) await note(session, 'resumed', 'Somebody resumed the session.')
    },
    cancel(session) {
      for (const { end } of at(session).waiting.splice(0)) end('canceled')
    },
  }
}
