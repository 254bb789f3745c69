import { expect, test } from 'vitest'
import { keepApproval, readRecord } from '#client/approval-record.ts'
import { readApprovalCard } from '#client/read-approval.ts'
import { refused } from '#protocol/errors.ts'
import { ask, contextOf, foundTeam, relayOf } from './team-world.ts'

test('what is kept stands in only while the relay says nothing of the approval', async () => {
  const { device, host, team } = await foundTeam()
  const request = await ask(host, team)
  for (const code of ['relay_unreachable', 'unavailable', 'key_unknown'] as const) {
    const context = await contextOf(device, team, relayOf({ 'approval.read': () => refused(code) }))
    await keepApproval(context.store, request.jws, request.approval, 1)
    expect(await readApprovalCard(context, request.id)).toMatchObject({ ok: true, value: { state: 'open' } })
  }
  const context = await contextOf(device, team, relayOf({ 'approval.read': () => refused('approval_not_found') }))
  await keepApproval(context.store, request.jws, request.approval, 1)
  expect(await readApprovalCard(context, request.id)).toMatchObject({ ok: false, code: 'approval_not_found' })
})

test('whether its time is over is said by the relay’s clock, not by one that is wrong', async () => {
  const { device, host, team } = await foundTeam()
  const request = await ask(host, team, { expiresInMs: 60_000 })
  const relay = { ...relayOf({ 'approval.read': () => request.view }), now: () => Date.now() }
  const context = await contextOf(device, team, relay)
  const ahead = { ...context, clock: { ...context.clock, now: () => Date.now() + 9 * 3_600_000 } }
  expect(await readApprovalCard(ahead, request.id)).toMatchObject({ ok: true, value: { state: 'open' } })
})

test('what is kept and can’t be read is as if it were not: it is verified and kept anew', async () => {
  const { device, host, team } = await foundTeam()
  const request = await ask(host, team)
  for (const broken of [null, {}, { id: request.id, jws: request.jws, approval: { ...request.approval, iat: 'x' } }]) {
    const context = await contextOf(device, team, relayOf({ 'approval.read': () => request.view }))
    await context.store.put(`approval/${request.id}`, broken)
    expect(await readApprovalCard(context, request.id)).toMatchObject({ ok: true, value: { state: 'open' } })
    expect(await readRecord(context.store, request.id)).toMatchObject({ approval: request.approval })
  }
})
