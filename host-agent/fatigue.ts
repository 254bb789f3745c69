import type { Answer } from '#protocol/statements/decision.ts'
import type { HostContext } from './context.ts'

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

/** Keeps a session from wearing people down. */
export type Fatigue = {
  /** Resolves when the session may put up one more card, which is counted from then on until `closed`; `canceled` when it was ended meanwhile. */
  turn(taskId: string): Promise<'go' | 'canceled'>
  /** A card of before a restart is up again. */
  opened(taskId: string): void
  closed(taskId: string): void
  /** Questions that wait for their turn. */
  held(taskId: string): number
  announce(taskId: string): Announcement
  /** People have answered: denials and reports may pause the session. Durable when it resolves. */
  answered(taskId: string, answer: Answer): Promise<void>
  resume(taskId: string): Promise<void>
  /** The session asks nothing any more. */
  cancel(taskId: string): void
}

type Session = {
  open: number
  waiting: ((how: 'go' | 'canceled') => void)[]
  pushes: number[]
  digestAt: number
  denials: number[]
}

export function createFatigue({ memory, clock, emit }: Pick<HostContext, 'memory' | 'clock' | 'emit'>): Fatigue {
  const sessions = new Map<string, Session>()
  const at = (taskId: string): Session => {
    const known = sessions.get(taskId) ?? { open: 0, waiting: [], pushes: [], digestAt: -Infinity, denials: [] }
    sessions.set(taskId, known)
    return known
  }
  const isPaused = (taskId: string) => memory.tasks.get(taskId)?.paused === true
  const letIn = (taskId: string) => {
    const session = at(taskId)
    while (session.open < fatigueLimits.openCards && !isPaused(taskId)) {
      const next = session.waiting.shift()
      if (!next) return
      session.open += 1
      next('go')
    }
  }
  const say = (taskId: string, code: string, text: string) =>
    emit(taskId, { type: 'notice', at: clock.now(), code, text })

  return {
    turn: (taskId) =>
      new Promise((resolve) => {
        at(taskId).waiting.push(resolve)
        letIn(taskId)
      }),
    opened(taskId) {
      at(taskId).open += 1
    },
    closed(taskId) {
      at(taskId).open -= 1
      letIn(taskId)
    },
    held: (taskId) => at(taskId).waiting.length,
    announce(taskId) {
      const session = at(taskId)
      const now = clock.now()
      session.pushes = session.pushes.filter((time) => time > now - fatigueLimits.pushWindowMs)
      if (session.pushes.length < fatigueLimits.pushes) {
        session.pushes.push(now)
        return 'push'
      }
      if (session.digestAt > now - fatigueLimits.pushWindowMs) return 'silent'
      session.digestAt = now
      return 'digest'
    },
    async answered(taskId, answer) {
      if (answer === 'approve' || isPaused(taskId)) return
      const session = at(taskId)
      const now = clock.now()
      session.denials = [...session.denials.filter((time) => time > now - fatigueLimits.denialWindowMs), now]
      if (answer === 'deny' && session.denials.length < fatigueLimits.denials) return
      session.denials = []
      const why =
        answer === 'report'
          ? 'An operation of it was reported.'
          : 'Three of its operations were denied within ten minutes.'
      const durable = memory.record({ type: 'paused', taskId })
      say(taskId, 'session_paused', `${why} It asks for nothing more until somebody resumes it.`)
      await durable
    },
    async resume(taskId) {
      if (!isPaused(taskId)) return
      await memory.record({ type: 'resumed', taskId })
      say(taskId, 'session_resumed', 'Somebody resumed the session.')
      letIn(taskId)
    },
    cancel(taskId) {
      for (const waiting of at(taskId).waiting.splice(0)) waiting('canceled')
    },
  }
}
