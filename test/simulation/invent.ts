import type { ApprovalMemory } from '#host-agent/journal/memory.ts'
import { newId } from '#protocol/ids.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import { typ } from '#protocol/statements/typ.ts'
import { makeApproval } from '#trust/approval.ts'
import { toBase64url, utf8 } from '#trust/bytes.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { makeDecision } from '#trust/decision.ts'
import { openEnvelope, sealTo } from '#trust/envelope.ts'
import { headerOf, signStatement } from '#trust/jws.ts'
import type { KeyPair } from '#trust/keys.ts'
import { makeReceipt } from '#trust/receipt.ts'
import { makeAddDevice, makeRemoveKey, type TeamState } from '#trust/trust-log.ts'
import type { HostileCarrier } from './hostile-carrier.ts'
import type { Random } from './random.ts'
import type { RelayRows } from './relay-rows.ts'
import type { SimulatedTeam } from './team.ts'

export type InventPorts = {
  crypto: CryptoPort
  random: Random
  rows: RelayRows
  carrier: HostileCarrier
  world: SimulatedTeam
  /** Everything that was ever asked, in the clear: somebody of the team tells the relay all he sees. Keys he does not have. */
  asked(): ApprovalMemory[]
  team(): TeamState
  hostId: string
  now(): number
}

/** The relay makes something up: with its own keys, with those of a member who may only look, and with all that was ever said. */
export async function invent(ports: InventPorts): Promise<void> {
  const inventions = [
    resealed,
    signedByOther,
    signedByMember,
    withoutSignature,
    turned,
    otherReceipt,
    otherApproval,
    entry,
    otherInput,
  ]
  await ports.random.pick(inventions)(ports)
}

const posing = (as: KeyPair, by: KeyPair): KeyPair => ({ ...by, keys: { ...by.keys, kid: as.keys.kid } })
const anyDevice = ({ random, world }: InventPorts) => random.pick([world.owner, world.second, world.tablet])

/** Hands a statement to the host as if a device had sent it. */
export async function asDecision(
  ports: InventPorts,
  approvalId: string,
  statement: string,
  device = anyDevice(ports),
): Promise<void> {
  const { crypto, rows, world, hostId, now } = ports
  const signer = headerOf(statement)
  // Mostly under the signer's name, so that more is looked at than the name.
  const name = signer.ok && device !== world.tablet ? signer.value.kid : device.keys.kid
  const id = newId('dec', now())
  const from = posing(device, world.stranger)
  const sealed = await sealTo(crypto, { id, kind: 'decision', from, to: [world.host.keys], statement })
  rows.deliver(hostId, { kind: 'decision', approvalId, decision: { id, device: name, at: now(), sealed } })
}

/** Genuine decisions, as a member of the team opens them. */
export async function heard({ crypto, rows, world, random }: InventPorts): Promise<string | null> {
  const decisions = [...rows.approvals.values()].flatMap((view) => view.decisions)
  if (decisions.length === 0) return null
  const opened = await openEnvelope(crypto, world.viewer, random.pick(decisions).sealed)
  return opened.ok ? opened.value : null
}

export const anyAsked = (ports: InventPorts): ApprovalMemory | null => {
  const all = ports.asked()
  return all.length > 0 ? ports.random.pick(all) : null
}

/** A genuine decision again, for the approval it belongs to or for another, under a new envelope. */
async function resealed(ports: InventPorts): Promise<void> {
  const statement = await heard(ports)
  const asked = anyAsked(ports)
  if (statement && asked) await asDecision(ports, asked.id, statement)
}

export const yes = (ports: InventPorts, by: KeyPair, approval: Approval, approvalJws: string) =>
  makeDecision(ports.crypto, by, {
    id: newId('dec', ports.now()),
    approval,
    approvalJws,
    answer: 'approve',
    shown: { where: 'app', whole: true },
    now: ports.now(),
    trustHead: ports.team().head,
  })

async function signedByOther(ports: InventPorts): Promise<void> {
  const asked = anyAsked(ports)
  const device = anyDevice(ports)
  if (!asked) return
  const by = ports.random.chance(0.5) ? posing(device, ports.world.stranger) : ports.world.stranger
  await asDecision(ports, asked.id, await yes(ports, by, asked.approval, asked.statement), device)
}

async function signedByMember(ports: InventPorts): Promise<void> {
  const asked = anyAsked(ports)
  if (!asked) return
  const by = ports.random.pick([ports.world.viewer, ports.world.host])
  await asDecision(ports, asked.id, await yes(ports, by, asked.approval, asked.statement), by)
}

async function withoutSignature(ports: InventPorts): Promise<void> {
  const asked = anyAsked(ports)
  const device = anyDevice(ports)
  if (!asked) return
  const signed = await yes(ports, posing(device, ports.world.stranger), asked.approval, asked.statement)
  const header = { alg: ports.random.pick(['none', 'HS256', 'ES256']), typ: typ.decision, kid: device.keys.kid }
  const [, body = ''] = signed.split('.')
  const zero = toBase64url(new Uint8Array(64))
  await asDecision(ports, asked.id, `${toBase64url(utf8(JSON.stringify(header)))}.${body}.${zero}`, device)
}

/** A genuine decision with its answer, approval or nonce changed and its signature kept. */
async function turned(ports: InventPorts): Promise<void> {
  const statement = await heard(ports)
  const asked = anyAsked(ports)
  if (!statement || !asked) return
  const [header, body = '', signature] = statement.split('.')
  const said = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
  const { id: approval, digest, nonce } = asked.approval
  const changed = ports.random.pick([
    { answer: 'approve' },
    { approval },
    { approval, digest, nonce },
    { scope: 'rule' },
  ])
  const text = JSON.stringify({ ...said, ...changed })
  await asDecision(ports, asked.id, `${header}.${toBase64url(utf8(text))}.${signature}`)
}

async function otherReceipt(ports: InventPorts): Promise<void> {
  const { crypto, world, rows, random, now } = ports
  const asked = anyAsked(ports)
  if (!asked) return
  const { id, taskId, digest } = asked
  const outcome = random.pick(['released', 'executed', 'denied', 'canceled'] as const)
  const by = random.chance(0.7) ? posing(world.host, world.stranger) : world.viewer
  const receipt = { aud: world.team.teamId, approval: id, task: taskId, digest, outcome, decisions: [], at: now() }
  const statement = await makeReceipt(crypto, by, receipt)
  const to = [world.owner, world.second, world.tablet].map(({ keys }) => keys)
  const sealed = await sealTo(crypto, { id, kind: 'receipt', from: posing(world.host, world.stranger), to, statement })
  rows.tellDevices({ type: 'approval.settled', approvalId: id, state: 'settled', receipt: sealed })
}

async function otherApproval(ports: InventPorts): Promise<void> {
  const { crypto, world, rows, random, now, hostId } = ports
  const asked = anyAsked(ports)
  if (!asked) return
  const { host: _h, digest: _d, tier: _t, nonce: _n, v: _v, ...fields } = asked.approval
  const operation = {
    ...fields.operation,
    command: 'rm -rf /',
    argv: ['rm', '-rf', '/'],
    input: '{"command":"rm -rf /"}',
  }
  const id = random.chance(0.5) ? fields.id : newId('apr', now())
  const by = posing(world.host, random.pick([world.stranger, world.viewer]))
  const made = await makeApproval(crypto, by, { ...fields, id, operation })
  if (!made.ok) return
  const to = [world.owner, world.second, world.tablet].map(({ keys }) => keys)
  const sealed = await sealTo(crypto, { id, kind: 'approval', from: by, to, statement: made.value.jws })
  const { expiresAt } = fields
  const view = {
    id,
    hostId,
    taskId: null,
    state: 'open',
    createdAt: now(),
    expiresAt,
    sealed,
    decisions: [],
    receipt: null,
  }
  rows.tellDevices({ type: 'approval.requested', approval: view })
}

/** A trust log entry by who may make none: it makes the stranger an owner, or takes the owner away. */
async function entry(ports: InventPorts): Promise<void> {
  const { crypto, world, rows, random, now, hostId } = ports
  const team = ports.team()
  const by = random.pick([world.viewer, world.second, posing(world.owner, world.stranger)])
  const rights = { person: newId('per', now()), role: 'owner', hosts: '*', maxTier: 3 } as const
  const jws = random.chance(0.5)
    ? await makeAddDevice(crypto, by, team, { device: world.stranger.keys, rights, now: now() })
    : await makeRemoveKey(crypto, by, team, { kid: world.owner.keys.kid, now: now() })
  const n = team.entries.length
  rows.deliver(hostId, { kind: 'trust', n, entry: jws })
  rows.tellDevices({ type: 'trust.appended', n, entry: jws })
}

async function otherInput(ports: InventPorts): Promise<void> {
  const { crypto, world, rows, random, now, hostId } = ports
  const id = newId('inp', now())
  const by = random.pick([posing(world.owner, world.stranger), world.viewer])
  const said = { v: 1, id, aud: hostId, team: world.team.teamId, task: null, kind: 'stop-all', iat: now() }
  const statement = await signStatement(crypto, by, typ.input, said)
  const sealed = await sealTo(crypto, { id, kind: 'input', from: by, to: [world.host.keys], statement })
  rows.deliver(hostId, { kind: 'input', inputId: id, taskId: null, from: world.owner.keys.kid, sealed })
}
