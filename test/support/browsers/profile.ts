import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A browser's folder. A given one outlives the browser, for a second start on it; one of its own goes with it. */
export function openProfile(given: string | undefined, name: string): { folder: string; leave(): void } {
  if (given !== undefined) return { folder: given, leave: () => {} }
  const folder = mkdtempSync(join(tmpdir(), `countersign-${name}-`))
  return { folder, leave: () => removeProfile(folder) }
}

/** Removes a folder that helpers of the browser may still be writing to. */
export function removeProfile(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}

/** The environment of this process with changes, without the variables that are not set. */
export function environmentWith(changes: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries({ ...process.env, ...changes })
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
}
