import { ok, refused } from '#protocol/errors.ts'
import type { StoredBatch } from '#protocol/records.ts'
import { contentHash } from '../domain/content-hash.ts'
import { admitBatch } from '../domain/task.ts'
import type { SocketPorts } from '../ports/ports.ts'
import type { FrameHandler } from './pipeline/frames.ts'
import { tellDevices } from './tell.ts'

/** Stores one batch of a task's log and tells those who watch. One write, however many they are. */
export const appendTask: FrameHandler<'task.append'> = async ({ id, batch: sealed, state }, { caller }, ports) => {
  const { tasks, clock } = ports
  if (caller.role !== 'host') return refused('role_refused')
  if (sealed.from !== caller.kid) return refused('envelope_invalid')
  const { teamId, hostId } = caller
  const task = await tasks.get(teamId, sealed.taskId)
  const admitted = admitBatch(task, { hostId, seq: sealed.seq })
  if (!admitted.ok) return admitted
  const batch: StoredBatch = { seq: sealed.seq, sealed, ...(state === undefined ? {} : { state }) }
  const before = await tasks.putBatch(teamId, batch, clock.now())
  if (before && contentHash(before) !== contentHash(batch)) return refused('id_reused')
  await Promise.all([tellWatchers(ports, teamId, task?.watchers ?? [], batch), changeState(ports, teamId, batch)])
  return ok({ type: 'ok', re: id })
}

async function tellWatchers(
  { connections, tasks }: SocketPorts,
  teamId: string,
  watchers: string[],
  batch: StoredBatch,
): Promise<void> {
  const { taskId } = batch.sealed
  const frame = { type: 'task.appended' as const, taskId, batch }
  await Promise.all(
    watchers.map(async (connectionId) => {
      if ((await connections.post(connectionId, frame)) === 'gone') await tasks.unwatch(teamId, taskId, connectionId)
    }),
  )
}

async function changeState(ports: SocketPorts, teamId: string, { sealed, seq, state }: StoredBatch): Promise<void> {
  if (state === undefined) return
  const { tasks, devices, clock } = ports
  const head = await tasks.changeState(teamId, sealed.taskId, { state, seq }, clock.now())
  if (head) await tellDevices(ports, teamId, await devices.all(teamId), { type: 'task.changed', head })
}
