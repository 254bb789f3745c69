import type { AuditHead } from '#protocol/statements/audit-head.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { hashLine } from '../journal/journal-reader.ts'
import { type AuditFault, type AuditReport, mostFaults } from './audit-report.ts'
import { createEntryChecker } from './check-entry.ts'
import { parseLine } from './parse-line.ts'
import { readLines } from './read-lines.ts'

export type ToVerify = {
  path: string
  /** Whose keys signed; null leaves signatures unchecked. */
  team: TeamState | null
  /** Where the app was served, of journals that don't say it; null: unknown, and no passkey in them proves anything. */
  origin: string | null
  /** Heads that devices have seen: without them a chain that was cut or written anew as a whole can't be told from a whole one. */
  witnesses: readonly AuditHead[]
}

/**
 * Verifies the audit chain from its first line to its last: each hash, each signature, the order of what happened, and what devices have witnessed. Finds any
 * edit, deletion, insertion, reorder and, against a witness, truncation and rollback. It goes on after a fault, and never holds the file in memory.
 */
export async function verifyAudit(c: CryptoPort, { path, team, origin, witnesses }: ToVerify): Promise<AuditReport> {
  const checker = createEntryChecker(c, team, origin)
  const waiting = new Map<number, AuditHead[]>()
  for (const seen of witnesses) waiting.set(seen.n, [...(waiting.get(seen.n) ?? []), seen])
  const faults: AuditFault[] = []
  const note = (found: AuditFault) => void (faults.length < mostFaults && faults.push(found))
  let head: AuditHead | null = null
  let entries = 0
  let witnessed = 0

  for await (const { bytes } of readLines(path)) {
    const line = entries + 1
    const parsed = parseLine(bytes)
    const hash = hashLine(bytes)
    if (!parsed) note({ line, what: 'damaged', detail: 'not an entry' })
    else {
      if (parsed.n !== entries || parsed.prev !== (head?.hash ?? null))
        note({ line, what: 'chain', detail: `entry ${parsed.n} does not follow the line before it` })
      const found = await checker.check(parsed.entry)
      if (found) note({ line, ...found })
    }
    for (const seen of waiting.get(entries) ?? []) {
      if (seen.hash === hash) witnessed += 1
      else note({ line, what: 'witness', detail: `a device has seen another entry ${seen.n}` })
    }
    waiting.delete(entries)
    head = { n: entries, hash }
    entries += 1
  }
  for (const seen of waiting.keys())
    note({ line: entries, what: 'witness', detail: `a device has seen entry ${seen}; the chain ends before it` })
  return { entries, head, statements: checker.statements(), witnessed, faults }
}
