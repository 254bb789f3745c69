import { isIP } from 'node:net'
import { ok, type Refused, type Result, refused } from '#protocol/errors.ts'
import { interfaceAddresses, reachOf } from './addresses.ts'
import { type Place, readPlace } from './host-name.ts'
import { guardedPorts } from './ports.ts'

/** One `--allow`: `port` null means the ports of the web, 80 and 443; `wide` means the names below the host, and not the host itself. */
export type AllowEntry = { host: string; wide: boolean; port: number | null; guardedToo: boolean }

/** `strict`: nothing but `entries` (empty: nothing at all). Otherwise everything public but the guarded ports, and `entries` besides. */
export type AllowList = { strict: boolean; entries: readonly AllowEntry[] }

/** Reads `HOST[:PORT]` or `*.DOMAIN[:PORT]`. `guardedToo` is for an approval of tier 3 alone: it lets SSH and databases through strict mode. */
export function readAllow(text: string, guardedToo = false): Result<AllowEntry> {
  const wide = text.startsWith('*.')
  const place = readPlace(wide ? text.slice(2) : text, 443)
  if (place === null || (wide && isIP(place.host) !== 0)) return refused('usage', `--allow ${text}`)
  return ok({ host: place.host, wide, port: /:\d+$/.test(text) ? place.port : null, guardedToo })
}

/** Whether a canonical host and port may be reached at all; where it leads is judged again by the addresses that it resolves to. */
export function judgePlace({ host, port }: Place, { strict, entries }: AllowList): Refused | null {
  const named = entries.filter((entry) => matches(entry, host, port))
  const guarded = guardedPorts.get(port)
  if (guarded !== undefined && !named.some((entry) => entry.guardedToo || (!strict && entry.port === port)))
    return refused('sandbox_port_blocked', `${show(host, port)}, ${guarded}`)
  if (named.length === 0 && strict) return refused('sandbox_host_blocked', show(host, port))
  if (isIP(host) !== 0)
    return judgeAddress(host, named.length > 0) ? null : refused('sandbox_host_blocked', show(host, port))
  // Names of this machine and of a cloud's metadata, and names that only a local network knows.
  if (/(^|\.)(localhost|internal|local|localdomain|home\.arpa)$/.test(host) || !host.includes('.'))
    return refused('sandbox_host_blocked', show(host, port))
  return null
}

/** Whether naming this very place would open it, SSH and databases included: else there is nothing to ask for. */
export const mayBeOpened = ({ host, port }: Place, { strict, entries }: AllowList): boolean =>
  judgePlace({ host, port }, { strict, entries: [...entries, { host, wide: false, port, guardedToo: true }] }) === null

/** `named`: the person allowed this very address; a private network is then open, this machine and its metadata never are. */
export function judgeAddress(address: string, named: boolean): boolean {
  const reach = interfaceAddresses().has(address) ? 'own' : reachOf(address)
  return reach === 'public' || (named && reach === 'private')
}

function matches(entry: AllowEntry, host: string, port: number): boolean {
  const isHost = entry.wide ? host.endsWith(`.${entry.host}`) : host === entry.host
  return isHost && (entry.port === null ? port === 443 || port === 80 : entry.port === port)
}

export const show = (host: string, port: number) => (isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`)
