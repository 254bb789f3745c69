import type { FrameDown, FrameUp } from '#protocol/frames.ts'
import type { Clock } from './clock.ts'
import type { WebSocketPort } from './socket.ts'
import { openSocket } from './socket.ts'

/** One WebSocket with requests matched to answers by id; those still open when it ends resolve with null. */
export type Link = {
  send(frame: FrameUp): void
  ask(frame: FrameUp & { id: string }, withinMs: number): Promise<FrameDown | null>
  /** Ends it as if the network had. */
  fail(): void
  /** Ends it without a word to anybody but those who still wait for an answer. */
  drop(): void
}

export type LinkHandlers = { opened(): void; heard(frame: FrameDown): void; ended(): void }

export function openLink(
  ports: { WebSocket: WebSocketPort; clock: Clock },
  url: string,
  proof: string,
  on: LinkHandlers,
): Link {
  const waiting = new Map<string, (answer: FrameDown | null) => void>()
  let over = false
  const finish = () => {
    over = true
    for (const answer of [...waiting.values()]) answer(null)
  }
  const end = () => {
    if (over) return
    finish()
    on.ended()
  }
  const socket = openSocket(ports.WebSocket, url, proof, {
    opened: on.opened,
    closed: end,
    frame(frame) {
      if ('re' in frame && frame.re !== undefined) waiting.get(frame.re)?.(frame)
      on.heard(frame)
    },
  })

  return {
    send: (frame) => socket.send(JSON.stringify(frame)),
    ask: (frame, withinMs) =>
      new Promise((resolve) => {
        if (over) return resolve(null)
        const answer = (value: FrameDown | null) => {
          waiting.delete(frame.id)
          cancel()
          resolve(value)
        }
        const cancel = ports.clock.after(withinMs, () => answer(null))
        waiting.set(frame.id, answer)
        socket.send(JSON.stringify(frame))
      }),
    fail() {
      socket.drop()
      end()
    },
    drop() {
      socket.drop()
      finish()
    },
  }
}
