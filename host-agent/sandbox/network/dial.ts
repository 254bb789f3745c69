import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { judgeAddress, show } from './allow-list.ts'
import type { Place } from './host-name.ts'

/** Finds the addresses of a name; a port, so that tests have names of their own. */
export type Resolve = (host: string) => Promise<readonly string[]>

export const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true, order: 'verbatim' })).map(({ address }) => address)

/**
 * Resolves a name once and judges every address: one that leads to this machine or a private network refuses the name. What is dialled
 * later are these addresses, so that a name can't change its mind. `named`: the person allowed this very address.
 * Refuses with `sandbox_host_blocked`, or `sandbox_host_unreachable` where nothing answers.
 */
export async function resolveOnce({ host, port }: Place, named: boolean, resolve: Resolve): Promise<Result<string[]>> {
  const isLiteral = isIP(host) !== 0
  const addresses = isLiteral ? [host] : await resolve(host).catch(() => [])
  if (addresses.length === 0) return refused('sandbox_host_unreachable', show(host, port))
  const isFine = addresses.every((address) => judgeAddress(address, named && isLiteral))
  return isFine
    ? ok([...addresses])
    : refused('sandbox_host_blocked', `${show(host, port)} leads to ${addresses.join(', ')}`)
}

/** Connects to the first address that answers; null: none does. */
export async function dialFirst(addresses: readonly string[], port: number, dial: Dial): Promise<Socket | null> {
  for (const address of addresses) {
    const socket = await dial(address, port)
    if (socket) return socket
  }
  return null
}

/** Opens a connection to an address that was judged; null: nothing answers in time. A port, for the same reason. */
export type Dial = (address: string, port: number) => Promise<Socket | null>

const connectMs = 15_000

export const systemDial: Dial = (host, port) =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    const fail = () => {
      socket.destroy()
      resolve(null)
    }
    socket.setTimeout(connectMs, fail)
    socket.once('error', fail)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.off('error', fail)
      socket.setNoDelay(true)
      resolve(socket)
    })
  })
