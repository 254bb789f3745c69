import type { Clock } from '#link/clock.ts'
import type { Relay } from '#link/relay-http.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import type { BodyOf } from '#protocol/http.ts'
import { limits } from '#protocol/limits.ts'
import type { ApprovalMemory, Memory } from '../journal/memory.ts'
import type { Log } from '../ports.ts'

/** The relay's last word: sending the same again would not change it. */
const final: ReadonlySet<ErrorCode> = new Set([
  'approval_already_settled',
  'approval_expired',
  'approval_not_found',
  'id_reused',
  'body_invalid',
  'body_too_large',
])
const againMs = 5_000

type Ports = {
  memory: Memory
  relay: Relay
  clock: Clock
  log: Log
  connectionId(): string | null
  /** The relay will never show this question to anybody: nobody can answer it. */
  unasked(approvalId: string, code: ErrorCode): void
}

/** Brings approvals and receipts to the relay: first the question, then what became of it, each until the relay has it. */
export type Poster = {
  post(approvalId: string): void /** The connection stands anew. */
  resume(): void
  /** Approvals of which the relay does not know yet what became of them. */
  unsent(): number
  close(): void
}

export function createPoster({ memory, relay, clock, log, connectionId, unasked }: Ports): Poster {
  const open = new Set([...memory.approvals.values()].filter((asked) => !isDone(asked)).map(({ id }) => id))
  const working = new Set<string>()
  let cancelTimer = () => {}
  let closed = false

  /** As far as the relay's word goes: only another sentence is said by it. */
  const isClockWrong = () => Math.abs(relay.now() - clock.now()) > limits.clockSkewMs

  async function bring(id: string): Promise<void> {
    const asked = memory.approvals.get(id)
    if (!asked || working.has(id) || closed) return
    working.add(id)
    try {
      while (!isDone(asked) && !closed) {
        const what = asked.posted ? 'receipt' : 'approval'
        const answer = asked.posted
          ? await relay.call('approval.settle', {
              params: { id },
              body: JSON.parse(asked.settled?.body ?? '') as BodyOf<'approval.settle'>,
            })
          : await relay.call('approval.request', {
              body: { ...(JSON.parse(asked.body) as BodyOf<'approval.request'>), connectionId: connectionId() },
            })
        if (closed) return
        if (!answer.ok) {
          log('post.refused', { what, code: answer.code })
          if (!final.has(answer.code)) return later()
          if (what === 'approval') unasked(id, isClockWrong() ? 'host_clock_wrong' : answer.code)
        }
        void memory.record({ type: 'posted', approvalId: id, what })
        if (what === 'approval' && !asked.settled) return
      }
      open.delete(id)
    } finally {
      working.delete(id)
    }
  }

  function later(): void {
    cancelTimer()
    cancelTimer = clock.after(againMs, resume)
  }

  function resume(): void {
    cancelTimer()
    for (const id of open) {
      const asked = memory.approvals.get(id)
      if (asked && (!asked.posted || asked.settled)) void bring(id)
    }
  }

  return {
    post(id) {
      open.add(id)
      void bring(id)
    },
    resume,
    unsent: () => [...open].filter((id) => memory.approvals.get(id)?.settled).length,
    close() {
      closed = true
      cancelTimer()
    },
  }
}

const isDone = ({ posted, settled }: ApprovalMemory) => posted && settled?.posted === true
