import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import type { JournalEntry } from '#host-agent/journal/journal-entry.ts'
import { hashLine } from '#host-agent/journal/journal-reader.ts'
import { writeFileWhole } from '#host-agent/journal/write-file-whole.ts'
import { newId } from '#protocol/ids.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { Assertion } from '#protocol/statements/passkey.ts'
import type { ToDecide } from '#trust/decision.ts'
import { exportKeys, type KeyPair } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { makeReceipt } from '#trust/receipt.ts'
import { anOperation, ask, decide, MINUTE, NOW, newTeam, type World } from './trust-world.ts'

/** One journal line after another, chained as the host chains them. */
export function lineChain(): { next(entry: JournalEntry): string; head(): { n: number; hash: string } | null } {
  let n = 0
  let prev: string | null = null
  return {
    next(entry) {
      const line = canonicalize({ n, prev, at: NOW + n, entry }) ?? ''
      n += 1
      prev = hashLine(line)
      return line
    },
    head: () => (prev === null ? null : { n: n - 1, hash: prev }),
  }
}

type Saying = {
  asking?: Partial<Approval>
  said?: Partial<ToDecide>
  /** The authenticator's word, for a passkey. */
  assert?: (challenge: string) => Assertion
}

/** All that the journal keeps of one approval that was asked, approved by these devices, consumed, executed and settled, with real signatures. */
export async function approvalEntries(
  world: World,
  devices: KeyPair | readonly KeyPair[] = world.owner,
  { asking = {}, said = {}, assert }: Saying = {},
): Promise<JournalEntry[]> {
  const task = newId('tsk', NOW)
  const asked = await ask(world, { task, operation: anOperation(world.host), ...asking })
  const { id, digest } = asked.approval
  const by = 'signKey' in devices ? [devices] : devices
  const decisions = await Promise.all(
    by.map(async (device): Promise<JournalEntry> => {
      const decision = await decide(world, device, asked, said, assert)
      return { type: 'decision', approvalId: id, device: device.keys.kid, decision, code: null }
    }),
  )
  const receipt = await makeReceipt(nodeCrypto, world.host, {
    aud: world.team.teamId,
    approval: id,
    task,
    digest,
    outcome: 'released',
    decisions: [],
    at: NOW + MINUTE,
  })
  return [
    { type: 'pending', approvalId: id, taskId: task, digest, approval: asked.jws, body: '{}' },
    ...decisions,
    { type: 'consume', approvalId: id, digest, answer: 'approve' },
    { type: 'settled', approvalId: id, outcome: 'released', receipt, body: '{}' },
    { type: 'result', approvalId: id, outcome: 'executed', exitCode: 0 },
  ]
}

/** A host's home folder (COUNTERSIGN_HOME) with keys and a team; returns where its journal belongs. */
export async function hostHome(home: string): Promise<{ world: World; path: string }> {
  const world = await newTeam()
  const folder = join(home, 'host')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  await writeFileWhole(join(folder, 'keys.json'), JSON.stringify(await exportKeys(world.host)))
  const { teamId, entries } = world.team
  const names = { [world.owner.keys.kid]: { label: 'Ada’s phone', person: 'Ada' } }
  await writeFileWhole(join(folder, 'team.json'), JSON.stringify({ teamId, relay: 'http://localhost', entries, names }))
  return { world, path: join(folder, 'journal.jsonl') }
}
