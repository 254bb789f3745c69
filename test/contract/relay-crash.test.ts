import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { newId } from '#protocol/ids.ts'
import { foundTeam, member, synced } from '../support/member.ts'
import { type RelayProcess, relayProcess, startRelayProcess } from '../support/relay-process.ts'
import { sealed, sealedBatch } from '../support/sealed.ts'
import { until } from '../support/wait.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-crash-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function start(options: Parameters<typeof relayProcess>[0]): Promise<RelayProcess> {
  const relay = await relayProcess(options)
  onTestFinished(() => relay.kill())
  return relay
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}
const decision = (from: string, to: string) => ({
  id: newId('dec', Date.now()),
  sealed: sealed(from, [to], 'decision'),
})

test('what was acknowledged is there after kill -9 of the relay, whose engine goes with it', async () => {
  const dataDir = join(folder, 'relay')
  const first = await start({ dataDir })
  const port = Number(new URL(first.url).port)
  const team = await foundTeam(first)
  const { owner, host } = team
  const agent = await synced(host)
  const task = { id: newId('tsk', Date.now()), hostId: host.hostId, sealed: sealed(owner.kid, [host.kid], 'task') }
  await owner.call('task.submit', { body: task })
  const batch = sealedBatch(host.kid, task.id, 1)
  await agent.ask({ type: 'task.append', id: 'b', batch, state: 'working' })
  const ids = [newId('apr', Date.now() - 1), newId('apr', Date.now())]
  for (const id of ids) {
    const body = {
      id,
      sealed: sealed(host.kid, [owner.kid], 'approval'),
      expiresAt: Date.now() + 600_000,
      taskId: task.id,
      push: null,
      connectionId: agent.connectionId,
    }
    await host.call('approval.request', { body })
  }
  const [decided = '', undecided = ''] = ids
  await owner.call('approval.decide', { path: { id: decided }, body: decision(owner.kid, host.kid) })
  const enginePid = (await first.enginePid()) ?? 0
  await first.kill()
  await until(() => isGone(enginePid), { what: 'the end of the engine' })

  const second = await start({ dataDir, port })
  expect(second.origin).toBe(first.origin)
  const waiting = (await host.call('inbox.read')).answer.items
  expect(waiting.map((item) => item.kind)).toEqual(['task', 'decision'])
  expect((await owner.call('task.read', { path: { id: task.id } })).answer.head.state).toBe('working')
  expect((await owner.call('task.events', { path: { id: task.id } })).answer.batches).toMatchObject([
    { seq: 1, sealed: batch },
  ])
  expect((await owner.call('approvals.list')).answer.approvals.map((each) => [each.id, each.decisions.length])).toEqual(
    [
      [decided, 1],
      [undecided, 0],
    ],
  )
  // The relay has never heard of this one, and its row still says whose it is; the hint of a connection is of another life.
  const again = await synced(host)
  await owner.call('approval.decide', { path: { id: undecided }, body: decision(owner.kid, host.kid) })
  expect((await again.next('inbox.added')).item).toMatchObject({ kind: 'decision', approvalId: undecided })
  const settled = { sealed: sealed(host.kid, [owner.kid], 'receipt'), push: null, ack: waiting.map(({ id }) => id) }
  expect((await host.call('approval.settle', { path: { id: decided }, body: settled })).status).toBe(200)
  again.socket.close()
  await second.stop()
})

test('an engine that is killed is started again, and nobody notices but by waiting', async () => {
  const relay = await start({ dataDir: join(folder, 'engine') })
  const { owner, host } = await foundTeam(relay)
  for (let round = 0; round < 3; round += 1) {
    const enginePid = await relay.enginePid()
    if (enginePid === null) throw new Error('no engine')
    process.kill(enginePid, 'SIGKILL')
    const task = { id: newId('tsk', Date.now()), hostId: host.hostId, sealed: sealed(owner.kid, [host.kid], 'task') }
    const submitted = await until(
      async () => {
        const { status, problem } = await owner.call('task.submit', { body: task })
        if (status !== 200) expect(problem.type).toBe('unavailable')
        return status === 200
      },
      { what: 'the task to be taken' },
    )
    expect(submitted).toBe(true)
    expect((await owner.call('tasks.list')).answer.tasks).toHaveLength(round + 1)
  }
  await relay.stop()
})

test('a port in use, another origin than before and data of a relay that runs are refused', async () => {
  const dataDir = join(folder, 'refused')
  const relay = await start({ dataDir })
  const port = Number(new URL(relay.url).port)
  expect(await startRelayProcess({ dataDir: join(folder, 'other'), port })).toMatchObject({ code: 'port_in_use' })
  expect(await startRelayProcess({ dataDir })).toMatchObject({
    code: 'conflict',
    detail: expect.stringContaining('runs on this data'),
  })
  const { owner } = await foundTeam(relay)
  await relay.stop()
  const publicUrl = 'https://relay.example'
  expect(await startRelayProcess({ dataDir, publicUrl })).toMatchObject({
    code: 'conflict',
    detail: expect.stringContaining(relay.origin),
  })
  expect(await startRelayProcess({ dataDir, publicUrl: 'http://relay.example' })).toMatchObject({ code: 'usage' })
  const moved = await start({ dataDir, publicUrl, port, repair: true })
  expect([moved.origin, moved.url]).toEqual([publicUrl, relay.url])
  // From this machine it is still reached, by its public name's proof or by its local one's.
  for (const origin of [moved.origin, moved.url]) {
    expect((await member({ ...moved, origin }, owner.pair, owner.teamId).call('hosts.list')).status).toBe(200)
  }
  await moved.stop()
})
