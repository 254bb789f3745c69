import type { AuditHead } from '#protocol/statements/audit-head.ts'

/**
 * What is wrong with a line, counted from 1. `damaged`: no entry of ours. `chain`: not the successor of the line before, so something was edited, deleted, inserted or moved.
 * `statement`: a signature or what was signed does not fit the entry. `order`: something happened without what has to go before it, or twice. `witness`: a device has seen
 * another chain, or one that was longer.
 */
export type AuditFault = { line: number; what: 'damaged' | 'chain' | 'statement' | 'order' | 'witness'; detail: string }

export type AuditReport = {
  entries: number
  /** The last line; null for an empty journal. */
  head: AuditHead | null
  /** Signed statements that were verified, and those of a team that this host no longer belongs to. */
  statements: { verified: number; ofEarlierTeams: number }
  /** Heads that devices have seen and that this chain holds. */
  witnessed: number
  /** The first faults, at most `mostFaults`. Empty: the chain is whole. */
  faults: AuditFault[]
}

export const mostFaults = 100
