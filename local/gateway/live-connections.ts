import { randomBytes } from 'node:crypto'
import type { WebSocket } from 'ws'
import { limits } from '#protocol/limits.ts'
import type { Live } from './events.ts'

export type Connection = Live & { socket: WebSocket; lastActiveAt: number; userAgent: string }

/** Looks like API Gateway's: `L0SM9cOFvHcCIhw=`. 128 bits that nobody guesses, since a connection can be told things by whoever knows its id. */
export const newConnectionId = () => `${randomBytes(16).toString('base64url')}=`

/** The connections of this gateway, with API Gateway's limits of time: ten idle minutes, two hours in all. */
export function liveConnections(clock: { now(): number }) {
  const live = new Map<string, Connection>()
  return {
    add: (connection: Connection) => live.set(connection.connectionId, connection),
    remove: (connectionId: string) => live.delete(connectionId),
    get: (connectionId: string) => live.get(connectionId),
    count: () => live.size,
    /** 1001, "going away": what API Gateway closes with. */
    closeOverdue() {
      const now = clock.now()
      for (const { socket, lastActiveAt, connectedAt } of live.values()) {
        const overdue = now - lastActiveAt >= limits.connectionIdleMs || now - connectedAt >= limits.connectionMs
        if (overdue) socket.close(1001, 'Going away')
      }
    },
    closeAll() {
      for (const { socket } of live.values()) socket.close(1001, 'Going away')
    },
    terminateAll() {
      for (const { socket } of live.values()) socket.terminate()
    },
  }
}
export type LiveConnections = ReturnType<typeof liveConnections>
