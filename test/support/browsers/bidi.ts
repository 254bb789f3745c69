import WebSocket from 'ws'

/** A WebDriver BiDi connection (W3C): commands go out with a number and their results come back with it. */
export type Bidi = {
  /** Rejects with the browser's error, and when the connection is or gets closed. */
  send(method: string, params?: object): Promise<unknown>
  close(): void
}

type Reply = { id?: number | null; type?: string; result?: unknown; error?: string; message?: string }

export async function connectBidi(url: string): Promise<Bidi> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve())
    socket.once('error', reject)
  })
  const pending = new Map<number, { resolve(result: unknown): void; reject(error: Error): void; method: string }>()
  let lastId = 0

  socket.on('message', (data) => {
    const { id, type, result, error, message }: Reply = JSON.parse(data.toString())
    const asked = typeof id === 'number' ? pending.get(id) : undefined
    if (!asked || typeof id !== 'number') return
    pending.delete(id)
    if (type === 'error') asked.reject(new Error(`${asked.method}: ${error}: ${message}`))
    else asked.resolve(result)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    for (const { reject, method } of pending.values()) reject(new Error(`${method}: the browser has gone`))
    pending.clear()
  })

  return {
    send(method, params = {}) {
      if (socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error(`${method}: the browser has gone`))
      lastId += 1
      const id = lastId
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject, method })
        socket.send(JSON.stringify({ id, method, params }))
      })
    },
    close: () => socket.terminate(),
  }
}
