import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** The host's way to the relay, which can really be cut: every byte passes here, and nothing passes while it is cut. */
export type Cable = {
  port: number
  cut(): Promise<void>
  mend(): Promise<void>
  close(): Promise<void>
}

/** Listens on a free port of this machine and passes everything on to `to`, a port that may be set later. */
export async function layCable(to: () => number): Promise<Cable> {
  const live = new Set<Socket>()
  const pass = (near: Socket) => {
    const far = connect(to(), '127.0.0.1')
    for (const socket of [near, far]) {
      live.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        live.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  }
  let server: Server | null = await listen(pass, 0)
  const { port } = server.address() as AddressInfo
  const cut = async () => {
    const old = server
    server = null
    const closed = new Promise<void>((resolve) => (old ? old.close(() => resolve()) : resolve()))
    for (const socket of live) socket.destroy()
    await closed
  }
  return {
    port,
    cut,
    async mend() {
      server ??= await listen(pass, port)
    },
    close: cut,
  }
}

function listen(pass: (socket: Socket) => void, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(pass)
    server.once('error', reject)
    // Both families, as `localhost` may mean either.
    server.listen(port, 'localhost', () => resolve(server))
  })
}
