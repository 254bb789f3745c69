import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#protocol/ids.ts'
import type { TaskState } from '#protocol/records.ts'
import { addDevice, foundTeam, type Member, synced, type Team } from '../support/member.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { sealed, sealedBatch } from '../support/sealed.ts'

let relay: TestRelay
let team: Team
beforeAll(async () => {
  relay = await startTestRelay()
  team = await foundTeam(relay)
})
afterAll(() => relay.close())

async function submit(device: Member = team.owner) {
  const body = {
    id: newId('tsk', Date.now()),
    hostId: team.host.hostId,
    sealed: sealed(device.kid, [team.host.kid], 'task'),
  }
  return { body, submitted: await device.call('task.submit', { body }) }
}

test('a task reaches its host, its log the devices that watch, and a state all of them', async () => {
  const { owner, host } = team
  const [phone, agent] = [await synced(owner), await synced(host)]
  const { body, submitted } = await submit()
  expect(submitted.answer).toMatchObject({ head: { id: body.id, state: 'submitted', from: owner.kid }, grants: [] })
  const { item } = await agent.next('inbox.added')
  expect(item).toMatchObject({ kind: 'task', taskId: body.id, sealed: body.sealed, from: owner.kid })
  expect(await agent.ask({ type: 'inbox.ack', id: 'ack', items: [item.id] })).toEqual({ type: 'ok', re: 'ack' })

  const grant = { kid: owner.kid, epoch: 0, from: host.kid, wrap: 'A'.repeat(151) }
  expect((await host.call('task.grant', { path: { id: body.id }, body: { grants: [grant] } })).status).toBe(200)
  expect(await phone.ask({ type: 'task.watch', id: 'w', taskId: body.id })).toEqual({ type: 'ok', re: 'w' })
  for (const [index, state] of (['working', undefined, 'completed'] as (TaskState | undefined)[]).entries()) {
    const batch = sealedBatch(host.kid, body.id, index + 1)
    const frame = { type: 'task.append' as const, id: `b${index}`, batch, ...(state ? { state } : {}) }
    expect(await agent.ask(frame)).toEqual({ type: 'ok', re: `b${index}` })
    expect(await phone.next('task.appended')).toMatchObject({
      taskId: body.id,
      batch: { seq: index + 1, sealed: batch },
    })
  }
  const { answer } = await owner.call('tasks.list')
  expect(answer.tasks[0]).toMatchObject({ head: { id: body.id, state: 'completed' }, grants: [grant] })
  const { answer: events } = await owner.call('task.events', { path: { id: body.id }, query: 'after=1' })
  expect(events.batches.map(({ seq }) => seq)).toEqual([2, 3])
  phone.socket.close()
  agent.socket.close()
})

test('a batch sent again is a no-op; another one under its number is refused; what is stored stays', async () => {
  const { host, owner } = team
  const agent = await synced(host)
  const { body } = await submit()
  const batch = sealedBatch(host.kid, body.id, 1)
  for (const id of ['a', 'b'])
    expect(await agent.ask({ type: 'task.append', id, batch, state: 'working' })).toEqual({ type: 'ok', re: id })
  const other = sealedBatch(host.kid, body.id, 1)
  expect(await agent.ask({ type: 'task.append', id: 'c', batch: other })).toMatchObject({
    type: 'refused',
    re: 'c',
    code: 'id_reused',
  })
  const { answer } = await owner.call('task.events', { path: { id: body.id } })
  expect(answer.batches).toMatchObject([{ seq: 1, sealed: batch }])
  agent.socket.close()
})

test('batches may arrive in any order, and a task that has ended does not change', async () => {
  const { host, owner } = team
  const agent = await synced(host)
  const { body } = await submit()
  const append = (seq: number, state?: TaskState) =>
    agent.ask({
      type: 'task.append',
      id: `s${seq}`,
      batch: sealedBatch(host.kid, body.id, seq),
      ...(state ? { state } : {}),
    })
  expect(await append(3, 'failed')).toMatchObject({ type: 'ok' })
  expect(await append(2, 'working')).toMatchObject({ type: 'ok' })
  expect(await append(1)).toMatchObject({ type: 'ok' })
  expect((await owner.call('task.read', { path: { id: body.id } })).answer.head.state).toBe('failed')
  expect(await append(4, 'working')).toMatchObject({ type: 'refused', code: 'task_ended' })
  const input = { id: newId('inp', Date.now()), sealed: sealed(owner.kid, [host.kid], 'input') }
  expect((await owner.call('task.input', { path: { id: body.id }, body: input })).problem.type).toBe('task_ended')
  agent.socket.close()
})

test('a task and an input sent again are no second ones', async () => {
  const { owner, host } = team
  const { body } = await submit()
  expect((await owner.call('task.submit', { body })).answer.head.id).toBe(body.id)
  expect(
    (await owner.call('task.submit', { body: { ...body, sealed: sealed(owner.kid, [], 'task') } })).problem.type,
  ).toBe('id_reused')
  const input = { id: newId('inp', Date.now()), sealed: sealed(owner.kid, [host.kid], 'input') }
  for (const path of [{ id: body.id }, { id: body.id }])
    expect((await owner.call('task.input', { path, body: input })).status).toBe(200)
  const items = (await host.call('inbox.read')).answer.items.filter(
    (item) => 'taskId' in item && item.taskId === body.id,
  )
  expect(items.map(({ kind }) => kind)).toEqual(['task', 'input'])
})

test('a burst of batches is stored and arrives whole', async () => {
  const { owner, host } = team
  const [phone, agent] = [await synced(owner), await synced(host)]
  const { body } = await submit()
  await phone.ask({ type: 'task.watch', id: 'w', taskId: body.id })
  const seqs = Array.from({ length: 120 }, (_, index) => index + 1)
  for (const from of [0, 40, 80]) {
    const answers = seqs
      .slice(from, from + 40)
      .map((seq) =>
        agent.ask({ type: 'task.append', id: `n${seq}`, batch: sealedBatch(host.kid, body.id, seq, 16_384) }),
      )
    expect((await Promise.all(answers)).every(({ type }) => type === 'ok')).toBe(true)
  }
  const seen = new Set<number>()
  while (seen.size < seqs.length) seen.add((await phone.next('task.appended')).batch.seq)
  const stored: number[] = []
  for (let more = true; more; ) {
    const { answer } = await owner.call('task.events', { path: { id: body.id }, query: `after=${stored.at(-1) ?? 0}` })
    stored.push(...answer.batches.map(({ seq }) => seq))
    more = answer.more
  }
  expect(stored).toEqual(seqs)
  phone.socket.close()
  agent.socket.close()
})

test('the list of tasks has pages, newest first, each with the grants of who asks', async () => {
  const { owner, host } = team
  const second = await addDevice(relay, team)
  const made: string[] = []
  for (let index = 0; index < 55; index += 1) made.unshift((await submit()).body.id)
  const grant = (kid: string) => ({ kid, epoch: 1, from: host.kid, wrap: 'B'.repeat(151) })
  await host.call('task.grant', {
    path: { id: made[3] ?? '' },
    body: { grants: [grant(owner.kid), grant(second.kid)] },
  })
  const first = (await second.call('tasks.list')).answer
  expect(first.tasks).toHaveLength(50)
  expect(first.tasks[3]?.grants).toEqual([grant(second.kid)])
  const next = (await second.call('tasks.list', { query: `after=${first.next}` })).answer
  expect([...first.tasks, ...next.tasks].map(({ head }) => head.id).slice(0, 55)).toEqual(
    [...made].sort((a, b) => (a < b ? 1 : -1)),
  )
})

test('one host can’t write into the task of another, nor a device into any', async () => {
  const { owner } = team
  const phone = await synced(owner)
  const { body } = await submit()
  const frame = { type: 'task.append' as const, id: 'x', batch: sealedBatch(owner.kid, body.id, 1) }
  expect(await phone.ask(frame)).toMatchObject({ type: 'refused', code: 'role_refused' })
  expect(await phone.ask({ type: 'inbox.ack', id: 'y', items: [newId('inb', 1)] })).toMatchObject({
    code: 'role_refused',
  })
  phone.socket.close()
})
