import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimHash } from '#functions/domain/content-hash.ts'
import { newId } from '#protocol/ids.ts'
import { typ } from '#protocol/statements/typ.ts'
import { SOCKET_PROTOCOL } from '#protocol/version.ts'
import { signStatement } from '#trust/jws.ts'
import type { KeyPair } from '#trust/keys.ts'
import { makeProof } from '#trust/proof.ts'
import { makeAddDevice, makeCheckpoint, makeRemoveKey } from '#trust/trust-entries.ts'
import { appendEntry } from '#trust/trust-log.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { addDevice, connected, foundTeam, member, newKeys, synced, type Team } from '../support/member.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { sealed, sealedBatch } from '../support/sealed.ts'
import { secondClaim } from '../support/second-claim.ts'

let relay: TestRelay
let team: Team
let other: Team
beforeAll(async () => {
  relay = await startTestRelay()
  team = await foundTeam(relay)
  other = await foundTeam(relay, undefined, await secondClaim(relay))
})
afterAll(() => relay.close())

test('the claim code admits one team and is gone', async () => {
  await expect(foundTeam(relay, undefined, 'wrong')).rejects.toThrow('claim_invalid')
  const code = readFileSync(relay.claimPath, 'utf8')
  await expect(foundTeam(relay, undefined, code)).rejects.toThrow('claim_invalid')
  expect((await fetch(`${relay.url}/v1/relay`).then((response) => response.json())).claimed).toBe(true)
  await relay.sweep()
  expect(() => readFileSync(relay.claimPath)).toThrow('ENOENT')
  expect(claimHash(' a\n')).toBe(claimHash('a'))
})

test('ids of another team are unknown, in every route that takes one', async () => {
  const { owner, host } = team
  const task = { id: newId('tsk', Date.now()), hostId: host.hostId, sealed: sealed(owner.kid, [], 'task') }
  await owner.call('task.submit', { body: task })
  const approval = {
    id: newId('apr', Date.now()),
    sealed: sealed(host.kid, [], 'approval'),
    expiresAt: Date.now() + 60_000,
    taskId: null,
    push: null,
    connectionId: null,
  }
  await host.call('approval.request', { body: approval })
  const { owner: foreigner, host: foreignHost } = other
  const input = { id: newId('inp', Date.now()), sealed: sealed(foreigner.kid, [], 'input') }
  const calls = [
    await foreigner.call('task.submit', { body: { ...task, sealed: sealed(foreigner.kid, [], 'task') } }),
    await foreigner.call('host.input', { path: { hostId: host.hostId }, body: input }),
    await foreigner.call('task.read', { path: { id: task.id } }),
    await foreigner.call('task.events', { path: { id: task.id } }),
    await foreigner.call('task.input', { path: { id: task.id }, body: input }),
    await foreignHost.call('task.grant', {
      path: { id: task.id },
      body: { grants: [{ kid: foreigner.kid, epoch: 0, from: foreignHost.kid, wrap: 'A'.repeat(151) }] },
    }),
    await foreigner.call('approval.read', { path: { id: approval.id } }),
    await foreigner.call('approval.decide', {
      path: { id: approval.id },
      body: { id: newId('dec', 1), sealed: sealed(foreigner.kid, [], 'decision') },
    }),
    await foreignHost.call('approval.settle', {
      path: { id: approval.id },
      body: { sealed: sealed(foreignHost.kid, [], 'receipt'), push: null, ack: [] },
    }),
  ]
  expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 404))
  expect((await foreigner.call('tasks.list')).answer.tasks).toEqual([])
  expect((await foreigner.call('approvals.list')).answer.approvals).toEqual([])
  expect((await foreigner.call('hosts.list')).answer.hosts.map(({ hostId }) => hostId)).toEqual([foreignHost.hostId])
  const wire = await synced(foreigner)
  expect(await wire.ask({ type: 'task.watch', id: 'w', taskId: task.id })).toMatchObject({ code: 'task_not_found' })
  const agent = await synced(foreignHost)
  const append = { type: 'task.append' as const, id: 'a', batch: sealedBatch(foreignHost.kid, task.id, 1) }
  expect(await agent.ask(append)).toMatchObject({ code: 'task_not_found' })
  expect((await owner.call('approval.read', { path: { id: approval.id } })).answer.state).toBe('open')
})

test('a key counts only in its own team', async () => {
  const liar = member(relay, other.owner.pair, team.teamId)
  expect((await liar.call('hosts.list')).problem.type).toBe('key_unknown')
  expect(await liar.connect()).toBe(403)
})

test('the team is the caller’s, whatever team a body names', async () => {
  const kid = other.host.pair.keys.kid
  const entry = await makeRemoveKey(webCrypto, other.owner.pair, other.state, { kid, now: Date.now() })
  expect((await team.owner.call('trust.append', { body: { entry } })).status).not.toBe(200)
  const { entries } = (await other.owner.call('trust.read', { query: 'from=0' })).answer
  expect(entries).toEqual(other.state.entries)
})

test('roles are kept apart', async () => {
  const { owner, host } = team
  expect((await host.call('hosts.list')).problem.type).toBe('role_refused')
  expect((await owner.call('inbox.read')).problem.type).toBe('role_refused')
  expect((await owner.call('status.write', { body: { sealed: sealed(owner.kid, [], 'status') } })).problem.type).toBe(
    'role_refused',
  )
})

test('nobody sends in another one’s name', async () => {
  const { owner, host } = team
  const body = { id: newId('tsk', 1), hostId: host.hostId, sealed: sealed(host.kid, [], 'task') }
  expect((await owner.call('task.submit', { body })).problem.type).toBe('envelope_invalid')
})

test('a proof is for one request: not for another path, body, method, audience, or time', async () => {
  const { pair } = team.owner
  const now = Date.now()
  const right = { aud: relay.origin, method: 'GET' as const, path: '/v1/hosts', now, team: team.teamId }
  const ask = async (proof: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${relay.url}/v1/hosts`, {
      headers: { authorization: `Countersign ${proof}`, ...headers },
    })
    const body = (await response.json()) as { type?: string; time?: number }
    return response.ok ? 'ok' : body.type
  }
  const prove = (changed: Partial<typeof right> & { method?: 'GET' | 'POST'; body?: Uint8Array }) =>
    makeProof(webCrypto, pair, { ...right, ...changed })
  expect(await ask(await prove({}))).toBe('ok')
  expect(await ask(await prove({ path: '/v1/tasks' }))).toBe('proof_invalid')
  expect(await ask(await prove({ path: '/v1/hosts?a=1' }))).toBe('proof_invalid')
  expect(await ask(await makeProof(webCrypto, pair, { ...right, method: 'POST' }))).toBe('proof_invalid')
  expect(await ask(await prove({ body: Buffer.from('{}') }))).toBe('proof_invalid')
  expect(await ask(await prove({ aud: 'https://elsewhere.example' }))).toBe('proof_invalid')
  expect(await ask(await prove({ now: now - 200_000 }))).toBe('proof_expired')
  expect(await ask(await prove({ now: now + 200_000 }))).toBe('proof_expired')
  const decision = await signStatement(webCrypto, pair, typ.decision, { aud: relay.origin })
  expect(await ask(decision)).toBe('proof_invalid')
  expect(await ask(await prove({}), { origin: 'https://evil.example' })).toBe('origin_refused')
  expect(await ask(await prove({}), { origin: relay.origin })).toBe('ok')
  const late = await fetch(`${relay.url}/v1/hosts`, {
    headers: { authorization: `Countersign ${await prove({ now: 0 })}` },
  })
  expect(Math.abs(((await late.json()) as { time: number }).time - Date.now())).toBeLessThan(60_000)
})

test('a proof opens one connection', async () => {
  const proof = await team.owner.connectProof()
  const wire = await team.owner.connect(proof)
  expect(typeof wire).toBe('object')
  expect(await team.owner.connect(proof)).toBe(401)
  const raced = await team.owner.connectProof()
  const both = await Promise.all([team.owner.connect(raced), team.owner.connect(raced)])
  expect(both.filter((each) => each === 401)).toHaveLength(1)
  if (typeof wire === 'object') expect(wire.socket.protocol).toBe(SOCKET_PROTOCOL)
})

test('a connection needs a proof by a key of the team, and no page of others opens one', async () => {
  const stranger = member(relay, await newKeys(), team.teamId)
  expect(await stranger.connect()).toBe(403)
  const homeless = member(relay, await newKeys())
  expect(await homeless.connect()).toBe(403)
  expect(await team.owner.connect('nonsense')).toBe(403)
  expect(await team.owner.connect(undefined, { origin: 'https://evil.example' })).toBe(403)
})

test('a removed key is out: its connection ends, nothing lets it in again, and the others hear of it', async () => {
  const lost = await addDevice(relay, team)
  const [phone, agent, lostPhone] = [await synced(team.owner), await synced(team.host), await connected(lost)]
  const entry = await makeRemoveKey(webCrypto, team.owner.pair, team.state, { kid: lost.kid, now: Date.now() })
  const { answer } = await team.owner.call('trust.append', { body: { entry } })
  expect((await team.owner.call('trust.append', { body: { entry } })).answer).toEqual(answer)
  await lostPhone.closed
  expect((await lost.call('hosts.list')).problem.type).toBe('key_unknown')
  expect(await lost.connect()).toBe(403)
  expect(await phone.next('trust.appended')).toMatchObject({ n: answer.n, entry })
  const { item } = await agent.next('inbox.added')
  expect(item).toMatchObject({ kind: 'trust', n: answer.n, entry })
  const log = (await team.host.call('trust.read')).answer
  expect(log.entries[answer.n]).toBe(entry)
  expect((await team.host.call('trust.read', { query: 'from=1' })).answer.entries).toEqual(log.entries.slice(1))
})

test('a branch of the log takes the other’s place by the word of who was an owner before: who is only on the lost one is out', async () => {
  const fresh = await foundTeam(relay, undefined, await secondClaim(relay))
  const { owner, state: base } = fresh
  const lost = await addDevice(relay, fresh)
  await addDevice(relay, fresh)
  const from = base.entries.length
  const newcomer = member(relay, await newKeys(), fresh.teamId)
  const rights = { person: fresh.person, role: 'owner', hosts: '*', maxTier: 3 } as const
  const now = Date.now()
  const added = await makeAddDevice(webCrypto, owner.pair, base, { device: newcomer.pair.keys, rights, now })
  const other = await appendEntry(webCrypto, base, added)
  if (!other.ok) throw new Error(other.code)
  const put = async (...entries: string[]) => {
    const { status, answer, problem } = await owner.call('trust.choose', { body: { from, entries } })
    return status === 200 ? answer.n : problem.type
  }
  const chosenBy = (pair: KeyPair, fork = from) => makeCheckpoint(webCrypto, pair, other.value, { fork, now })
  expect(await put(added)).toBe('trust_entry_refused')
  expect(await put(added, await makeCheckpoint(webCrypto, owner.pair, other.value, { now }))).toBe(
    'trust_entry_refused',
  )
  expect(await put(added, await chosenBy(newcomer.pair))).toBe('trust_entry_refused')
  expect(await put(added, await chosenBy(owner.pair, from - 1))).toBe('trust_entry_refused')
  expect(await put(added, await chosenBy(await newKeys()))).toBe('trust_entry_refused')
  expect((await lost.call('hosts.list')).status).toBe(200)

  const chosen = await chosenBy(owner.pair)
  expect([await put(added, chosen), await put(added, chosen)]).toEqual([from + 1, from + 1])
  expect((await owner.call('trust.read')).answer.entries).toEqual([...base.entries, added, chosen])
  expect((await lost.call('hosts.list')).problem.type).toBe('key_unknown')
  expect((await newcomer.call('hosts.list')).status).toBe(200)
})

test('of two entries on one head exactly one is appended', async () => {
  const fresh = await foundTeam(relay, undefined, await secondClaim(relay))
  const results = await Promise.all(
    [0, 1].map(() =>
      addDevice(relay, { ...fresh }).then(
        () => 'done',
        (error: Error) => error.message,
      ),
    ),
  )
  expect(results.sort()).toEqual(['done', 'trust.append: trust_head_moved'])
})
