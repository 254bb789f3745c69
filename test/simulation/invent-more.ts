import { newId } from '#protocol/ids.ts'
import { toBase64url, utf8 } from '#trust/bytes.ts'
import { makeLease } from '#trust/lease.ts'
import { anyAsked, asDecision, heard, type InventPorts, yes } from './invent.ts'
import type { Oracle } from './oracle.ts'
import { leasedUntil } from './team-changes.ts'

/** What the relay makes up about leases, branches and standing rules; drawn with the changes of the team that it is about. */
export async function inventMore(ports: MorePorts): Promise<void> {
  await ports.random.pick([otherHead, otherRule, otherLease, branchTold, lostDevice])(ports)
}

/** `tapped`: as if the device's person had. */
type MorePorts = InventPorts & { tapped: Oracle['tapped'] }

/** A genuine decision, its signature kept, with something else said in it. */
async function resaid(ports: InventPorts, change: (said: Record<string, unknown>) => object): Promise<void> {
  const statement = await heard(ports)
  const asked = anyAsked(ports)
  if (!statement || !asked) return
  const [header, body = '', signature] = statement.split('.')
  const said = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
  const text = JSON.stringify({ ...said, ...change(said) })
  await asDecision(ports, asked.id, `${header}.${toBase64url(utf8(text))}.${signature}`)
}

/** The head that whoever decided had seen is turned back, or to the other branch. */
const otherHead = (ports: InventPorts): Promise<void> =>
  resaid(ports, () => ({
    trustHead: { n: ports.random.below(ports.team().entries.length), hash: ports.team().head.hash },
  }))

/** What was let run is let run more often, for longer, by other words. */
const otherRule = (ports: InventPorts): Promise<void> =>
  resaid(ports, () => ({
    scope: 'rule',
    rule: { argv: ['rm', '-r', 'out-0'], uses: 100, expiresAt: ports.now() + 86_400_000 },
  }))

/** A lease by who may give none, for a device whose own has ended, and one that it gives itself. */
async function otherLease(ports: InventPorts): Promise<void> {
  const { crypto, random, rows, world, now } = ports
  const { kid } = random.pick([world.second, world.tablet]).keys
  const by = random.pick([world.second, world.tablet, world.viewer, world.stranger, world.host])
  rows.forgedLeases.push(await makeLease(crypto, by, ports.team(), { kid, now: now() }))
}

/**
 * Whoever found a phone says yes with it, though its app would not: its lease has ended, or it may not decide any more. It is the phone's own word: whether it counts is a
 * matter of what the phone may when it would release something, which may be given back until then.
 */
async function lostDevice(ports: MorePorts): Promise<void> {
  const { random, world, now, tapped } = ports
  const team = ports.team()
  const asked = anyAsked(ports)
  const device = random.pick([world.second, world.tablet])
  const rights = team.keys.get(device.keys.kid)?.rights
  const may = rights && rights.role !== 'viewer' && rights.maxTier >= 2 && rights.hosts === '*'
  // By the log alone: a lease that was renewed may have come to the host.
  const isLeased = ports.rows.leases === null || now() <= leasedUntil
  const isRenewed = ports.rows.leases !== null && !ports.rows.withholdsLeases
  if (!asked || (may && (isLeased || isRenewed))) return
  const { task, digest, operation } = asked.approval
  const { kid } = device.keys
  const tap = {
    kid,
    person: world.personOf.get(kid) ?? kid,
    approval: asked.id,
    task,
    digest,
    answer: 'approve' as const,
  }
  tapped({ ...tap, command: operation.command ?? '' })
  await asDecision(ports, asked.id, await yes(ports, device, asked.approval, asked.statement), device)
}

/** The other branch is told to everybody, as if it went on from what they have. */
async function branchTold({ rows, random, hostId }: InventPorts): Promise<void> {
  const entries = rows.twin?.entries
  if (!entries) return
  const n = entries.length - 1 - random.below(2)
  const entry = entries[n] ?? newId('per', 0)
  rows.deliver(hostId, { kind: 'trust', n, entry })
  rows.tellDevices({ type: 'trust.appended', n, entry })
}
