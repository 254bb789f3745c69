import type { TrustHead } from '#protocol/statements/trust-entry.ts'
import { TrustEntry } from '#protocol/statements/trust-entry.ts'
import { fromBase64url } from './bytes.ts'
import type { CryptoPort } from './crypto.ts'
import { hashOf } from './hash.ts'
import { parseJws } from './jws.ts'
import { isOwner, type TeamState } from './team-state.ts'
import { readLog } from './trust-log.ts'

/** An owner's word for one of two branches: its Checkpoint. `code`: what a person compares and types. */
export type Choice = { head: TrustHead; code: string; by: string }

/** A branch that verifies as a whole, and the owner's word for it, where there is one. */
export type Branch = { state: TeamState; choice: Choice | null }

/** What an entry says, and who signed it; null for what is no entry. Nothing is verified: entries of a `TeamState` were. */
export function readEntry(jws: string): { entry: TrustEntry; by: string } | null {
  const parsed = parseJws(jws)
  const entry = parsed.ok ? TrustEntry.safeParse(parsed.value.payload) : null
  return parsed.ok && entry?.success ? { entry: entry.data, by: parsed.value.header.kid } : null
}

/** The place of the fork that an entry is an owner's word on; null for every other entry. */
export function forkNamedBy(jws: string): number | null {
  const entry = readEntry(jws)?.entry
  return entry?.type === 'Checkpoint' && entry.fork !== undefined && entry.fork <= entry.n ? entry.fork : null
}

/**
 * Both branches of a fork at place `n`: the pinned one and, where it was shown whole, the other. A choice counts only by who was an owner before the branches parted: who was
 * made one on a branch does not speak for it.
 */
export async function readBranches(
  c: CryptoPort,
  pinned: TeamState,
  { n, other = [] }: { n: number; other?: readonly string[] | undefined },
): Promise<{ own: Branch; other: Branch | null }> {
  const before = await readLog(c, pinned.entries.slice(0, n))
  const branch = async (state: TeamState): Promise<Branch> => ({
    state,
    choice: before.ok ? await findChoice(c, before.value, state, n) : null,
  })
  const read = other.length > 0 ? await readLog(c, [...pinned.entries.slice(0, n), ...other]) : null
  return { own: await branch(pinned), other: read?.ok ? await branch(read.value) : null }
}

async function findChoice(c: CryptoPort, before: TeamState, state: TeamState, n: number): Promise<Choice | null> {
  for (const [at, jws] of state.entries.entries()) {
    const by = readEntry(jws)?.by
    if (at < n || by === undefined || forkNamedBy(jws) !== n || !isOwner(before.keys.get(by))) continue
    const hash = await hashOf(c, 'entry', jws)
    return { head: { n: at, hash }, code: codeOf(hash), by }
  }
  return null
}

/** 48 bits of the hash, so that nobody finds another entry with the same code; in groups that can be read out. */
function codeOf(hash: string): string {
  const bytes = [...(fromBase64url(hash) ?? [])].slice(0, 6)
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/(.{4})(?=.)/g, '$1-')
}

/** What a person typed, however it is grouped. */
export const isCode = ({ code }: Choice, typed: string): boolean =>
  typed.toLowerCase().replace(/[^0-9a-f]/g, '') === code.replaceAll('-', '')

/** Whether a log that stands at `head` has an owner's choice behind it. */
export async function hasChosen(c: CryptoPort, { state, choice }: Branch, head: TrustHead): Promise<boolean> {
  const at = state.entries[head.n]
  return choice !== null && head.n >= choice.head.n && at !== undefined && (await hashOf(c, 'entry', at)) === head.hash
}
