import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Refused, refused } from '#protocol/errors.ts'
import type { Home } from './home.ts'

/** The host's journal: the audit chain. Error: `not_paired` where no host agent has run. */
export function auditChain({ host }: Home): { ok: true; path: string } | Refused {
  const path = join(host, 'journal.jsonl')
  return existsSync(path) ? { ok: true, path } : refused('not_paired', 'No host agent has run here.')
}
