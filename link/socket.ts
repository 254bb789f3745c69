import { FrameDown } from '#protocol/frames.ts'
import { SOCKET_PROTOCOL } from '#protocol/version.ts'

/** The constructor of a browser; Node 24 has it too, and `link/node/web-socket.ts` one that can hang up at once. */
export type WebSocketPort = new (url: string, protocols: string[]) => WebSocket

/** One raw connection with its handlers; after `drop` none of them is called again, whatever the network still brings. */
export type Socket = { send(text: string): void; drop(): void }

export type SocketHandlers = { opened(): void; frame(frame: FrameDown): void; closed(): void }

/**
 * Opens one WebSocket with the proof beside the sub-protocol (a browser can set no header, and a URL would be logged). Frames of an unknown
 * type are dropped: a newer relay may say more than this program knows.
 */
export function openSocket(WebSocket: WebSocketPort, url: string, proof: string, on: SocketHandlers): Socket {
  const socket = new WebSocket(url, [SOCKET_PROTOCOL, proof])
  let live = true
  const close = () => {
    if (!live) return
    live = false
    on.closed()
  }
  socket.onopen = () => live && on.opened()
  socket.onmessage = ({ data }) => {
    const frame = frameOf(data)
    if (live && frame) on.frame(frame)
  }
  socket.onclose = close
  socket.onerror = close
  return {
    send: (text) => live && socket.send(text),
    drop() {
      live = false
      // `ws` throws when it is closed before it opened; then there is nothing to say goodbye to either.
      try {
        socket.close(1000)
      } catch {}
    },
  }
}

function frameOf(data: unknown): FrameDown | undefined {
  if (typeof data !== 'string') return undefined
  try {
    return FrameDown.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}
