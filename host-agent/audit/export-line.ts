import { parseJws } from '#trust/jws.ts'
import { hashLine } from '../journal/journal-reader.ts'

/** Keys open what is sealed: they stay on the host. `body` is a sealed message for the relay, which says nothing to an auditor. */
const withheld: ReadonlySet<string> = new Set(['taskKey', 'salt', 'body'])

/**
 * One line of the chain for other programs: its number, time and hash, the entry's fields, and each signed statement taken apart as `{ header, payload, jws }`.
 * Keys and sealed messages are left out, and a statement that holds a key is given without its `jws`.
 */
export function exportLine(bytes: Buffer): Record<string, unknown> {
  const { n, prev, at, entry } = JSON.parse(bytes.toString('utf8')) as {
    n: number
    prev: string | null
    at: number
    entry: Record<string, unknown>
  }
  const fields = Object.entries(entry)
    .filter(([name]) => !withheld.has(name))
    .map(([name, value]) => [name, statementOf(value)])
  return { n, at, hash: hashLine(bytes), prev, ...Object.fromEntries(fields) }
}

function statementOf(value: unknown): unknown {
  if (typeof value !== 'string' || value.split('.').length !== 3) return value
  const parsed = parseJws(value)
  if (!parsed.ok) return value
  const { header, payload } = parsed.value
  const members = Object.entries(payload as Record<string, unknown>)
  const open = members.filter(([name]) => !withheld.has(name))
  return { header, payload: Object.fromEntries(open), ...(open.length === members.length ? { jws: value } : {}) }
}
