import { WebSocket } from 'ws'
import { limits } from '#protocol/limits.ts'
import type { WebSocketPort } from '../socket.ts'

/**
 * The WebSocket of hosts and terminals: `ws` without compression, and closed for good two seconds after `close`, so that a half-open
 * connection can't keep a process alive.
 */
class NodeWebSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { perMessageDeflate: false, maxPayload: limits.messageBytes, handshakeTimeout: 15_000 })
    // Without a listener an error before the handlers are set would end the process.
    this.on('error', () => {})
  }

  override close(code?: number): void {
    if (this.readyState === WebSocket.CONNECTING) {
      this.terminate()
      return
    }
    super.close(code)
    setTimeout(() => this.terminate(), 2_000).unref()
  }
}

export const nodeWebSocket = NodeWebSocket as unknown as WebSocketPort
