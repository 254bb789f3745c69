import { beforeAll, expect, test } from 'vitest'
import { hostIdOf, newId } from '#protocol/ids.ts'
import { typ } from '#protocol/statements/typ.ts'
import { openEnvelope, sealTo } from '#trust/envelope.ts'
import { signStatement } from '#trust/jws.ts'
import type { KeyPair } from '#trust/keys.ts'
import { checkLease, makeLease } from '#trust/lease.ts'
import { nodeCrypto as c } from '#trust/node/node-crypto.ts'
import { makeReceipt } from '#trust/receipt.ts'
import { makeGrant, newTaskKey, openBatch, openGrant, sealBatch } from '#trust/task-key.ts'
import { appendEntry, makeRemoveKey, readLog } from '#trust/trust-log.ts'
import { everyByte } from '../../support/every-byte.ts'
import { ask, decide, NOW, newTeam, type World, withDevice } from '../../support/trust-world.ts'

/** What a relay keeps, and what whoever it is for makes of it: null, or what it says. */
type Stored = { value: Parameters<typeof everyByte>[0]; read(value: unknown): Promise<unknown> }

let world: World
let device: KeyPair
const stored: Record<string, Stored> = {}
const answer = <T>(result: { ok: true; value: T } | { ok: false }): T | null => (result.ok ? result.value : null)

beforeAll(async () => {
  const born = await newTeam()
  const added = await withDevice(born)
  world = { ...born, team: added.team }
  device = added.device
  const { host, owner, team } = world
  const asked = await ask(world)
  const { id: approval, digest } = asked.approval
  const task = newId('tsk', NOW)
  const statements = {
    approval: { from: host, to: [owner, device], statement: asked.jws },
    decision: { from: device, to: [host, owner], statement: await decide(world, device, asked) },
    receipt: {
      from: host,
      to: [owner, device],
      statement: await makeReceipt(c, host, {
        aud: team.teamId,
        approval,
        task: null,
        digest,
        outcome: 'released',
        decisions: [],
        at: NOW,
      }),
    },
    input: {
      from: device,
      to: [host],
      statement: await signStatement(c, device, typ.input, {
        v: 1,
        id: newId('inp', NOW),
        aud: hostIdOf(host.keys.kid),
        team: team.teamId,
        task,
        kind: 'cancel',
        iat: NOW,
      }),
    },
  } as const
  for (const [kind, { from, to, statement }] of Object.entries(statements) as [
    keyof typeof statements,
    (typeof statements)[keyof typeof statements],
  ][]) {
    const value = await sealTo(c, { id: newId('apr', NOW), kind, from, to: to.map(({ keys }) => keys), statement })
    stored[`the envelope: ${kind}`] = { value, read: async (given) => answer(await openEnvelope(c, to[0], given)) }
  }
  const taskKey = newTaskKey(c)
  const events = [{ type: 'message', at: NOW, role: 'agent', text: 'Done.' } as const]
  stored['a batch of a task’s log'] = {
    value: await sealBatch(c, host, {
      taskId: task,
      seq: 1,
      epoch: 0,
      taskKey,
      batch: { v: 1, aud: team.teamId, task, seq: 1, events },
    }),
    read: async (sealed) => answer(await openBatch(c, { sealed, taskKey, hostKey: host.keys.sign, team: team.teamId })),
  }
  stored['a task’s key for a device'] = {
    value: await makeGrant(c, { from: host, to: device.keys, taskId: task, epoch: 0, taskKey }),
    read: async (grant) => answer(await openGrant(c, device, task, grant as never)),
  }
  const removal = await makeRemoveKey(c, owner, team, { kid: device.keys.kid, now: NOW })
  stored['an entry of the trust log'] = {
    value: removal,
    read: async (jws) => answer(await appendEntry(c, team, String(jws)))?.head.hash ?? null,
  }
  stored['the trust log from its beginning'] = {
    value: [...team.entries],
    read: async (entries) => {
      const log = answer(await readLog(c, entries as string[]))
      // A log that only ends earlier is a whole one: who has seen more refuses it.
      return log && log.entries.length < team.entries.length ? null : (log?.head.hash ?? null)
    },
  }
  stored['a lease'] = {
    value: await makeLease(c, owner, team, { kid: device.keys.kid, now: NOW }),
    read: async (jws) => answer(await checkLease(c, team, String(jws))),
  }
})

test.each([
  'the envelope: approval',
  'the envelope: decision',
  'the envelope: receipt',
  'the envelope: input',
  'a batch of a task’s log',
  'a task’s key for a device',
  'an entry of the trust log',
  'the trust log from its beginning',
  'a lease',
])('%s with any one byte changed is refused, or says what it said', async (name) => {
  const { value, read } = stored[name] as Stored
  const genuine = await read(value)
  expect(genuine).not.toBeNull()
  const wrong: string[] = []
  let tried = 0
  let refused = 0
  for (const changed of everyByte(value)) {
    tried += 1
    const said = await read(changed.value)
    if (said === null) refused += 1
    else if (JSON.stringify(said) !== JSON.stringify(genuine)) wrong.push(changed.field)
  }
  expect(wrong).toEqual([])
  expect(tried).toBeGreaterThan(200)
  // What is another’s (a wrap for somebody else) may be changed without this reader’s noticing; everything else is looked at.
  expect(refused / tried).toBeGreaterThan(0.85)
})
