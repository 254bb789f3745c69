import { isIP } from 'node:net'

/** A place on the network in its one spelling: a lower-case name without the final dot, or an address as `isIP` knows it (no brackets). */
export type Place = { host: string; port: number }

/**
 * Brings every spelling of a host (decimal, octal, hex and short IPv4, brackets, capitals, IDN, a final dot) into one, by the rules
 * of the WHATWG URL standard, so that what is judged is what is dialled. Null: it is no host.
 */
export function canonicalHost(text: string): string | null {
  if (text.length === 0 || text.length > 255 || /[\s/\\?#@%]/.test(text)) return null
  const bracketed = isIP(text) === 6 ? `[${text}]` : text
  if (!URL.canParse(`http://${bracketed}/`)) return null
  const url = new URL(`http://${bracketed}/`)
  if (url.port !== '' || url.username !== '' || url.pathname !== '/') return null
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(host) !== 0) return host
  return /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(host) ? host : null
}

/** `HOST:PORT`, `[IPv6]:PORT` or, where a standard port is given, `HOST`. Null: it is none of these. */
export function readPlace(text: string, standardPort: number | null): Place | null {
  const match = /^(?<host>\[[0-9a-fA-F:.]+\]|[^:[\]]+)(:(?<port>[0-9]{1,5}))?$/.exec(text)
  const host = match?.groups?.host === undefined ? null : canonicalHost(match.groups.host)
  const port = match?.groups?.port === undefined ? standardPort : Number(match.groups.port)
  if (host === null || port === null || port < 1 || port > 65_535) return null
  return { host, port }
}
