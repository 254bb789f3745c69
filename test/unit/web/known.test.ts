import { expect, test } from 'vitest'
import { keepApproval, keepDecision, noteGone } from '#client/approval-record.ts'
import type { Device } from '#client/open-device.ts'
import { needsAnswer } from '#web/app/model/cards.ts'
import { knownOpenCards, knownWaitingCards } from '#web/shared/known.ts'
import { ask, contextOf, foundTeam, relayOf } from '../client/team-world.ts'

test('the worker counts as waiting what the page shows as waiting: answered is not, refused is, gone is not', async () => {
  const { device, host, team } = await foundTeam()
  const context = await contextOf(device, team, relayOf({}))
  const { store } = context
  const asked = await Promise.all(Array.from({ length: 6 }, () => ask(host, team)))
  const [, sent, kept, wrong, gone] = asked.map(({ id }) => id)
  const over = await ask(host, team, { expiresInMs: -1 })
  for (const { jws, approval } of [...asked, over]) await keepApproval(store, jws, approval, 1)
  const answer = (id: string | undefined, state: 'sent' | 'kept' | 'refused') =>
    keepDecision(store, id ?? '', { id: `dec_${state}`, answer: 'approve', state, at: 1 })
  await answer(sent, 'sent')
  await answer(kept, 'kept')
  await answer(wrong, 'refused')
  await noteGone(store, gone ?? '')
  const worker = { context, kid: device.keys.kid, team: () => team } as unknown as Device
  const cards = new Map((await knownOpenCards(worker)).map((card) => [card.id, card]))
  const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id).sort()
  const waiting = ids(await knownWaitingCards(worker))
  expect(waiting).toEqual(ids(needsAnswer(cards, Date.now())))
  expect(waiting).toEqual([asked[0]?.id, wrong, asked[5]?.id].sort())
})
