import { expect, test } from 'vitest'
import { keepApproval, readRecord } from '#client/approval-record.ts'
import { readSettled } from '#client/read-settled.ts'
import { refused } from '#protocol/errors.ts'
import { sealTo } from '#trust/envelope.ts'
import { ask, contextOf, crypto, foundTeam, receiptOf, relayOf } from './team-world.ts'

test('what waits here and is listed no more is read anew: its end is taken, what the relay has forgotten waits for nobody, and the rest stays', async () => {
  const { device, host, team } = await foundTeam()
  const [settled, forgotten, unreachable, listed, newer] = await Promise.all(
    Array.from({ length: 5 }, () => ask(host, team)),
  )
  if (!settled || !forgotten || !unreachable || !listed || !newer) throw new Error('asked five times')
  const statement = await receiptOf(host, team, settled, 'denied')
  const receipt = await sealTo(crypto, { id: settled.id, kind: 'receipt', from: host, to: [device.keys], statement })
  const asked: string[] = []
  const relay = relayOf({
    'approval.read': ({ params: { id } }) => {
      asked.push(id)
      if (id === settled.id) return { ...settled.view, state: 'settled', receipt }
      return refused(id === forgotten.id ? 'approval_not_found' : 'relay_unreachable')
    },
  })
  const context = await contextOf(device, team, relay)
  for (const { jws, approval } of [settled, forgotten, unreachable, listed])
    await keepApproval(context.store, jws, approval, 1)
  // It came while the list was on its way.
  await keepApproval(context.store, newer.jws, newer.approval, 20)
  const list = { ids: new Set([listed.id]), at: 10 }
  expect(await readSettled(context, list)).toMatchObject([{ id: settled.id, receipt: { outcome: 'denied' } }])
  expect(new Set(asked)).toEqual(new Set([settled.id, forgotten.id, unreachable.id]))
  const goneOf = async (id: string) => (await readRecord(context.store, id))?.gone
  expect([await goneOf(forgotten.id), await goneOf(unreachable.id)]).toEqual([true, undefined])
  asked.length = 0
  await readSettled(context, list)
  expect(asked).toEqual([unreachable.id])
})
