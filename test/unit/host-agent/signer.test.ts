import { afterEach, beforeEach, expect, test } from 'vitest'
import { createInbox } from '#host-agent/relay/inbox.ts'
import type { Tasks } from '#host-agent/tasks/tasks.ts'
import { ok } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import type { InboxItem } from '#protocol/records.ts'
import { type GateWorld, openGateWorld } from '#test/support/gate-world.ts'
import { decide, NOW, newTeam, type World, withDevice } from '#test/support/trust-world.ts'
import { sealTo } from '#trust/envelope.ts'
import type { KeyPair } from '#trust/keys.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

// Who decided is who signed. The relay names a device beside each decision: what it says is believed nowhere.
let world: World
let phone: KeyPair
let host: GateWorld

beforeEach(async () => {
  const born = await newTeam()
  const added = await withDevice(born)
  world = { ...born, team: added.team }
  phone = added.device
  host = await openGateWorld(world)
})
afterEach(() => host.close())

async function deliver(statement: string, approvalId: string, device: string) {
  const { keys } = host.context
  const id = newId('dec', NOW)
  const sealed = await sealTo(c, { id, kind: 'decision', from: phone, to: [keys.keys], statement })
  const decision = { id, device, at: NOW, sealed }
  const item: InboxItem = { kind: 'decision', id: newId('inb', NOW), approvalId, decision, at: NOW }
  const refusals: unknown[] = []
  const context = { ...host.context, log: (_: string, fields?: object) => void refusals.push(fields) }
  const inbox = createInbox(context, {
    gate: host.gate,
    tasks: {} as Tasks,
    request: async () => ok({}) as never,
    ping: () => {},
  })
  await inbox.take([item], false)
  return refusals
}

test('a decision under another device’s name is refused, and nothing is written down under it', async () => {
  const asked = host.nextAsked()
  const answer = host.ask('touch x', await host.task(world.owner))
  const question = await asked
  const said = await decide(world, phone, { approval: question.approval, jws: question.statement })
  expect(await deliver(said, question.id, world.owner.keys.kid)).toEqual([
    { kind: 'decision', code: 'statement_invalid' },
  ])
  expect(host.journal().filter(({ type }) => type === 'decision')).toEqual([])
  expect(await deliver(said, question.id, phone.keys.kid)).toEqual([])
  expect(await answer).toMatchObject({ answer: 'allow', approvalId: question.id })
})

test('the journal, the memory and the audit name who signed', async () => {
  const asked = host.nextAsked()
  const answer = host.ask('touch x', await host.task(world.owner))
  const question = await asked
  await host.tap(phone, question)
  await answer
  const { kid } = phone.keys
  const said = host.journal().find(({ type }) => type === 'decision')
  expect(said).toMatchObject({ device: kid, code: null })
  expect(host.journal().find(({ type }) => type === 'consume')).toMatchObject({ counted: [kid] })
  expect(host.context.memory.approvals.get(question.id)).toMatchObject({ counted: [kid], decisions: [{ device: kid }] })
})

test('a journal in which the relay’s word was kept is read by the signatures in it', async () => {
  const asked = host.nextAsked()
  void host.ask('touch x', await host.task(world.owner))
  const { id, approval, statement } = await asked
  const decision = await decide(world, phone, { approval, jws: statement })
  const { memory } = host.context
  await memory.record({ type: 'decision', approvalId: id, device: world.owner.keys.kid, decision, code: null })
  expect(memory.approvals.get(id)?.decisions).toMatchObject([{ device: phone.keys.kid }])
})
