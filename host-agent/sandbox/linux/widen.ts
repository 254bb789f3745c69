import type { Refused, Result } from '#protocol/errors.ts'
import { isWithin, shareable } from '../files/policy.ts'
import { type AllowEntry, readAllow } from '../network/allow-list.ts'
import type { Widening } from '../sandbox.ts'

/** Opens a sandbox by exactly one host, at once, or one path, for what is started from then on. Refuses what may not be shared. */
export function widen(
  facts: { hidden: readonly string[]; allow: { entries: AllowEntry[] } },
  policy: { readRoots: string[]; writeRoots: string[] },
  by: Widening,
): Refused | null {
  if ('host' in by) {
    const entry: Result<AllowEntry> = readAllow(by.host, by.guardedToo === true)
    if (!entry.ok) return entry
    facts.allow.entries.push(entry.value)
    return null
  }
  const path = shareable(by.path, facts.hidden)
  if (!path.ok) return path
  const roots = by.access === 'write' ? policy.writeRoots : policy.readRoots
  if (!roots.some((root) => root === path.value || (by.access === 'read' && isWithin(path.value, root))))
    roots.push(path.value)
  return null
}
