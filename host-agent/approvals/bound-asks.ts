import type { ErrorCode } from '#protocol/errors.ts'
import type { GateAnswer, RunEnd, ToolRequest } from '../agents/driver.ts'

/** What one session may ask for, people's own pace apart (fatigue.ts). */
export const askLimits = {
  /** Questions that wait at once, seen or unseen; what is asked beyond them is refused. */
  waiting: 100,
  /** Refusals by the host itself after which the agent is ended: it doesn't listen. */
  refused: 1_000,
} as const

type Ports = {
  ask(request: ToolRequest): Promise<GateAnswer>
  /** Notes that something was refused without being looked at. `isFirst`: people are told too. */
  refuse(code: ErrorCode, isFirst: boolean): void
  /** The agent has to be ended. */
  stop(end: RunEnd): void
}

/** Keeps an agent that asks without end from filling the host's memory and its disk. Answers as `ask` does; errors besides: `approvals_full`. */
export function boundAsks({ ask, refuse, stop }: Ports): (request: ToolRequest) => Promise<GateAnswer> {
  let waiting = 0
  let refused = 0
  let isFull = false

  function countRefusal(): void {
    refused += 1
    if (refused === askLimits.refused)
      stop({ state: 'failed', code: 'agent_floods', detail: `${askLimits.refused} of its questions were refused.` })
  }

  return async (request) => {
    if (waiting >= askLimits.waiting) {
      if (refused < askLimits.refused) refuse('approvals_full', !isFull)
      isFull = true
      countRefusal()
      return { answer: 'deny', code: 'approvals_full' }
    }
    waiting += 1
    const answer = await ask(request).finally(() => {
      waiting -= 1
    })
    if (answer.answer === 'deny' && answer.code !== null) countRefusal()
    return answer
  }
}
