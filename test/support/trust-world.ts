import { hostIdOf, newId } from '#protocol/ids.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import type { Assertion } from '#protocol/statements/passkey.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { makeApproval } from '#trust/approval.ts'
import type { DecisionToCheck } from '#trust/check-decision.ts'
import type { ToDecide } from '#trust/decision.ts'
import { makeDecision, makeVerifiedDecision } from '#trust/decision.ts'
import type { KeyPair } from '#trust/keys.ts'
import { generateKeys } from '#trust/keys.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { appendEntry, makeAddDevice, makeAddHost, makeGenesis, readLog } from '#trust/trust-log.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

export const NOW = 1_780_000_000_000
export const MINUTE = 60_000

/** The value of what must have worked. */
export function must<T>(result: { ok: true; value: T } | { ok: false; code: string; detail?: string }): T {
  if (!result.ok) throw new Error(`${result.code} ${result.detail ?? ''}`)
  return result.value
}

export type World = { owner: KeyPair; host: KeyPair; team: TeamState }

/** A team of one owner's device and one host, with real keys. */
export async function newTeam(): Promise<World> {
  const owner = await generateKeys(c, { extractable: true })
  const host = await generateKeys(c, { extractable: true })
  const born = must(await readLog(c, [await makeGenesis(c, owner, { person: newId('per', NOW), now: NOW })]))
  const team = must(await appendEntry(c, born, await makeAddHost(c, owner, born, { host: host.keys, now: NOW })))
  return { owner, host, team }
}

/** Adds a device with the rights given; the rest as an approver of everything. */
export async function withDevice(
  { owner, team }: World,
  rights: Partial<Rights> = {},
): Promise<{ device: KeyPair; team: TeamState }> {
  const device = await generateKeys(c, { extractable: true })
  const whole: Rights = { person: newId('per', NOW), role: 'approver', hosts: '*', maxTier: 2, ...rights }
  const entry = await makeAddDevice(c, owner, team, { device: device.keys, rights: whole, now: NOW })
  return { device, team: must(await appendEntry(c, team, entry)) }
}

export const anOperation = (host: KeyPair, change: Partial<Operation> = {}): Operation => ({
  v: 1,
  kind: 'command',
  host: hostIdOf(host.keys.kid),
  driver: 'command',
  binding: 'exact',
  cwd: { path: '/home/ada/project', dev: '2049', ino: '131' },
  input: '{"command":"rm -rf build"}',
  command: 'rm -rf build',
  argv: ['rm', '-rf', 'build'],
  executable: null,
  environment: null,
  files: [],
  hosts: [],
  tier: 2,
  why: ['It deletes files.'],
  uninspectable: [],
  secrets: [],
  ...change,
})

export type Asked = { approval: Approval; jws: string }

export async function ask({ host, team }: World, change: Partial<Approval> = {}): Promise<Asked> {
  const fields = {
    id: newId('apr', NOW),
    aud: team.teamId,
    task: null,
    operation: anOperation(host),
    quorum: { persons: 1 },
    gesture: 'tap' as const,
    iat: NOW,
    expiresAt: NOW + 10 * MINUTE,
    releaseBy: NOW + 60 * MINUTE,
    scopes: ['once' as const],
    policyHash: 'P'.repeat(43),
    trustHead: team.head,
    project: 'project',
    ...change,
  }
  return must(await makeApproval(c, host, fields))
}

export async function decide(
  { team }: World,
  device: KeyPair,
  { approval, jws }: Asked,
  change: Partial<ToDecide> = {},
  assert?: (challenge: string) => Assertion,
): Promise<string> {
  const said: ToDecide = {
    id: newId('dec', NOW),
    approval,
    approvalJws: jws,
    answer: 'approve',
    shown: { where: 'notification', whole: true },
    now: NOW + MINUTE,
    trustHead: team.head,
    ...change,
  }
  if (!assert) return makeDecision(c, device, said)
  return must(
    await makeVerifiedDecision(c, device, said, async (challenge) => ({ ok: true, value: assert(challenge) })),
  )
}

/** What the host holds against a decision a minute after it was asked; everything in order. */
export const judged = (
  { host, team }: World,
  { approval, jws }: Asked,
  decisionJws: string,
  change: Partial<DecisionToCheck> = {},
): DecisionToCheck => ({
  decisionJws,
  approvalJws: jws,
  approval,
  digestNow: approval.digest,
  team,
  leases: [],
  me: hostIdOf(host.keys.kid),
  open: true,
  personsSoFar: [],
  now: NOW + 2 * MINUTE,
  elapsed: 2 * MINUTE,
  fresh: async () => true,
  code: null,
  verifyPasskey: async () => false,
  ...change,
})
