import { createHash } from 'node:crypto'

/** Names a session that no task was asked for, by what tells it from others: the same after a restart of the host agent. What its agent calls it stays here. */
export const sessionIdOf = (...parts: readonly string[]): string =>
  `ses_${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`
