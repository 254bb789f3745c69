import { beforeAll, describe, expect, test } from 'vitest'
import { isErrorCode } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import { Decision } from '#protocol/statements/decision.ts'
import { Input } from '#protocol/statements/task.ts'
import { typ } from '#protocol/statements/typ.ts'
import { forgeries } from '#test/support/forgeries.ts'
import type { Asked, World } from '#test/support/trust-world.ts'
import { anOperation, ask, decide, judged, MINUTE, must, NOW, newTeam, withDevice } from '#test/support/trust-world.ts'
import { readApproval } from '#trust/approval.ts'
import { checkDecision, type DecisionToCheck } from '#trust/check-decision.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import type { ToDecide } from '#trust/decision.ts'
import { signStatement, verifyStatement } from '#trust/jws.ts'
import { generateKeys, type KeyPair } from '#trust/keys.ts'
import { checkLease, makeLease } from '#trust/lease.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { checkProof, makeProof } from '#trust/proof.ts'
import { makeReceipt, readReceipt } from '#trust/receipt.ts'
import { appendEntry, makeAddDevice, makeRemoveKey, type TeamState } from '#trust/trust-log.ts'
import { webCrypto } from '#trust/web-crypto.ts'

const c = webCrypto
const ports: [string, CryptoPort][] = [
  ['WebCrypto', webCrypto],
  ['Node', nodeCrypto],
]
let world: World
let mallory: KeyPair
let asked: Asked
let good: string
let removed: { device: KeyPair; team: TeamState }
let viewer: { device: KeyPair; team: TeamState }

beforeAll(async () => {
  world = await newTeam()
  mallory = await generateKeys(c, { extractable: true })
  asked = await ask(world)
  good = await decide(world, world.owner, asked)
  viewer = await withDevice(world, { role: 'viewer' })
  const joined = await withDevice(world)
  const gone = await makeRemoveKey(c, world.owner, joined.team, { kid: joined.device.keys.kid, now: NOW })
  removed = { device: joined.device, team: must(await appendEntry(c, joined.team, gone)) }
})

type Case = { decision: string; signer?: KeyPair; change?: Partial<DecisionToCheck>; of?: Asked }

const resigned = (change: object): Promise<string> => {
  const payload = JSON.parse(Buffer.from(good.split('.')[1] ?? '', 'base64url').toString())
  return signStatement(c, world.owner, typ.decision, { ...payload, ...change })
}
const inApp = { shown: { where: 'app', whole: true } } as const
const askedAs = async (change: Partial<Approval>, how: Partial<ToDecide> = {}): Promise<Case> => {
  const of = await ask(world, change)
  return { decision: await decide(world, world.owner, of, how), of }
}

/** One decision for each of the host's checks that it fails alone, and the one that fails none. */
const cases: Record<string, () => Promise<Case> | Case> = {
  accepted: () => ({ decision: good }),
  decision_key_removed: async () => ({
    decision: await decide(world, removed.device, asked),
    signer: removed.device,
    change: { team: removed.team },
  }),
  decision_lease_expired: async () => {
    const { device, team } = await withDevice(world)
    const now = NOW + limits.leaseMs + MINUTE
    const of = await ask({ ...world, team }, { iat: now, expiresAt: now + MINUTE, releaseBy: now + MINUTE })
    return { decision: await decide(world, device, of, { now }), signer: device, change: { team, now, elapsed: 0 }, of }
  },
  decision_role_refused: async () => ({
    decision: await decide(world, viewer.device, asked),
    signer: viewer.device,
    change: { team: viewer.team },
  }),
  decision_wrong_host: async () => ({ decision: await resigned({ aud: `hst_${'A'.repeat(43)}` }) }),
  decision_not_open: () => ({ decision: good, change: { open: false } }),
  decision_request_mismatch: async () => ({ decision: await resigned({ request: 'A'.repeat(43) }) }),
  decision_digest_mismatch: () => ({ decision: good, change: { digestNow: null } }),
  decision_nonce: async () => ({ decision: await resigned({ nonce: 'A'.repeat(22) }) }),
  decision_scope_refused: async () => ({ decision: await resigned({ scope: 'rule' }) }),
  decision_expired: () => ({ decision: good, change: { now: NOW + 61 * MINUTE } }),
  decision_gesture: () => askedAs({ operation: anOperation(world.host, { tier: 3 }) }),
  decision_unread: () => askedAs({ gesture: 'read' }, { gesture: 'read' }),
  decision_code: () => askedAs({ gesture: 'code' }, { ...inApp, gesture: 'code', code: '123456' }),
  decision_passkey: () => askedAs({ gesture: 'passkey' }, { ...inApp, gesture: 'passkey' }),
  clock_wrong: () => askedAs({}, { now: NOW - 60 * MINUTE }),
  decision_requester: () => {
    const without = world.team.keys.get(world.owner.keys.kid)?.rights?.person ?? ''
    return askedAs({ quorum: { persons: 1, without } })
  },
  decision_not_asked: () => askedAs({ steps: [{ at: NOW, group: { name: 'others', persons: [] } }] }),
  decision_quorum_duplicate: () => ({
    decision: good,
    change: { personsSoFar: [world.team.keys.get(world.owner.keys.kid)?.rights?.person ?? ''] },
  }),
  decision_stale: () => ({ decision: good, change: { fresh: async () => false } }),
}

const codeOf = async (port: CryptoPort, jws: string, { change = {}, of = asked }: Case) => {
  const checked = await checkDecision(port, judged(world, of, jws, change))
  return checked.ok ? 'accepted' : checked.code
}

describe.each(ports)('forged decisions, verified by %s', (_name, port) => {
  test.each(Object.keys(cases))(
    'on a decision that is otherwise %s: none is accepted, each has its code',
    async (code) => {
      const of = await cases[code]?.()
      if (!of) throw new Error(code)
      expect(await codeOf(port, of.decision, of)).toBe(code)
      const codes = new Map<string, string>()
      for (const { name, forge } of forgeries)
        codes.set(name, await codeOf(port, await forge(of.decision, of.signer ?? world.owner, mallory), of))
      for (const forgery of forgeries) {
        const said = codes.get(forgery.name)
        // What is wrong with the key is found before its signature is looked at.
        const earlier = ['decision_key_removed', 'decision_lease_expired', 'decision_role_refused'].includes(code)
        const expected = forgery.code === 'decision_signature' && earlier ? code : forgery.code
        expect({ forgery: forgery.name, said }).toEqual({ forgery: forgery.name, said: expected })
      }
      expect([...codes.values()].filter((said) => said === 'accepted')).toEqual([])
    },
  )
})

type Reader = { jws: string; signer: KeyPair; read(jws: string): Promise<{ ok: boolean; code?: string }> }

/** Every other kind of statement at the one who believes it. */
const readers: Record<string, () => Promise<Reader>> = {
  'an approval at a device': async () => ({
    jws: asked.jws,
    signer: world.host,
    read: (jws) => readApproval(c, world.team, jws),
  }),
  'a receipt at a device': async () => ({
    jws: await makeReceipt(c, world.host, {
      aud: world.team.teamId,
      approval: asked.approval.id,
      task: null,
      digest: asked.approval.digest,
      outcome: 'released',
      decisions: [],
      at: NOW,
    }),
    signer: world.host,
    read: (jws) => readReceipt(c, world.team, jws),
  }),
  'a decision at another device': async () => ({
    jws: good,
    signer: world.owner,
    read: (jws) =>
      verifyStatement(c, {
        jws,
        typ: typ.decision,
        schema: Decision,
        key: world.owner.keys.sign,
        kid: world.owner.keys.kid,
      }),
  }),
  'a trust log entry': async () => ({
    jws: await makeAddDevice(c, world.owner, world.team, {
      device: mallory.keys,
      rights: { person: newId('per', NOW), role: 'owner', hosts: '*', maxTier: 3 },
      now: NOW,
    }),
    signer: world.owner,
    read: (jws) => appendEntry(c, world.team, jws),
  }),
  'a lease': async () => ({
    jws: await makeLease(c, world.owner, viewer.team, { kid: viewer.device.keys.kid, now: NOW }),
    signer: world.owner,
    read: (jws) => checkLease(c, viewer.team, jws),
  }),
  'an input at the host': async () => ({
    jws: await signStatement(c, world.owner, typ.input, {
      v: 1,
      id: newId('inp', NOW),
      aud: `hst_${world.host.keys.kid}`,
      team: world.team.teamId,
      task: null,
      kind: 'stop-all',
      iat: NOW,
    }),
    signer: world.owner,
    read: (jws) =>
      verifyStatement(c, { jws, typ: typ.input, schema: Input, key: world.owner.keys.sign, kid: world.owner.keys.kid }),
  }),
  'a proof of key at the relay': async () => {
    const request = { aud: 'https://relay.example', method: 'GET', path: '/v1/x', now: NOW } as const
    const keyOf = async (_team: string, kid: string) => (kid === world.owner.keys.kid ? world.owner.keys.sign : null)
    return {
      jws: await makeProof(c, world.owner, { ...request, team: world.team.teamId }),
      signer: world.owner,
      read: (jws) => checkProof(c, { ...request, jws, keyOf }),
    }
  },
}

test.each(Object.keys(readers))('%s: the genuine one is believed, no forged one is', async (name) => {
  const reader = await readers[name]?.()
  if (!reader) throw new Error(name)
  expect(await reader.read(reader.jws)).toMatchObject({ ok: true })
  for (const { name: forgery, forge } of forgeries) {
    const said = await reader.read(await forge(reader.jws, reader.signer, mallory))
    expect({ forgery, ok: said.ok, known: isErrorCode(said.code) }).toEqual({ forgery, ok: false, known: true })
  }
})

test('a signature of one statement does not fit another of the same key', async () => {
  const other = await decide(world, world.owner, asked, { answer: 'deny' })
  const mixed = [...good.split('.').slice(0, 2), other.split('.')[2]].join('.')
  expect(await codeOf(c, mixed, { decision: good })).toBe('decision_signature')
})
