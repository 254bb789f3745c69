import { Grant } from '#protocol/envelope.ts'
import { limits } from '#protocol/limits.ts'
import { StoredBatch, TaskHead, terminalStates } from '#protocol/records.ts'
import type { TaskRow, Tasks } from '../../ports/tasks.ts'
import type { Database } from './database.ts'
import { all, batch, get, page, put, transact, update } from './database.ts'
import { inboxItem } from './inbox.ts'
import type { Item } from './item.ts'
import { item, number, parsed, setOf, text } from './item.ts'
import { padded, taskPk, teamPk, ttlOf } from './keys.ts'

const kept = (now: number) => ttlOf(now + limits.retentionMs)

export function dynamoTasks(db: Database): Tasks {
  const grantsOf = (teamId: string, kid: string, from: string, to: string) =>
    all(db, { pk: teamPk(teamId), within: [`GRANT#${kid}#${from}#`, `GRANT#${kid}#${to}#~`] })

  return {
    async get(teamId, taskId) {
      const row = await get(db, teamPk(teamId), `TASK#${taskId}`)
      return row && taskRow(row)
    },

    async submit(teamId, { head, contentHash }, inbox) {
      const failed = await transact(db, [
        { put: headItem(teamId, head, contentHash), condition: 'attribute_not_exists(pk)' },
        { put: inboxItem(teamId, head.hostId, inbox, head.createdAt) },
      ])
      return failed === null ? 'done' : 'exists'
    },

    async list(teamId, kid, after, limit) {
      const { items, more } = await page(db, {
        pk: teamPk(teamId),
        prefix: 'TASK#',
        backwards: true,
        limit,
        after: after && `TASK#${after}`,
      })
      const heads = items.map((row) => taskRow(row).head)
      const [newest, oldest] = [heads[0], heads.at(-1)]
      if (!newest || !oldest) return { tasks: [], next: null }
      const granted = await grantsOf(teamId, kid, oldest.id, newest.id)
      const grants = Map.groupBy(granted, (row) => text(row, 'taskId'))
      const tasks = heads.map((head) => ({ head, grants: (grants.get(head.id) ?? []).map(grantOf) }))
      return { tasks, next: more ? oldest.id : null }
    },

    grants: async (teamId, taskId, kid) => (await grantsOf(teamId, kid, taskId, taskId)).map(grantOf),

    putGrants: (teamId, taskId, grants, now) =>
      batch(
        db,
        [...new Map(grants.map((grant) => [`${grant.kid}#${grant.epoch}`, grant])).values()].map((grant) => ({
          put: item({
            pk: teamPk(teamId),
            sk: `GRANT#${grant.kid}#${taskId}#${padded(grant.epoch)}`,
            taskId,
            grant: { json: grant },
            ttl: kept(now),
          }),
        })),
      ),

    async putBatch(teamId, stored, now) {
      const at = { pk: taskPk(teamId, stored.sealed.taskId), sk: `EVENT#${padded(stored.seq)}` }
      const row = item({ ...at, batch: { json: stored }, ttl: kept(now) })
      if (await put(db, row, { condition: 'attribute_not_exists(pk)' })) return null
      const before = await get(db, at.pk, at.sk)
      if (!before) throw new Error('a batch that was there is gone')
      return parsed(before, 'batch', StoredBatch)
    },

    async changeState(teamId, taskId, { state, seq }, now) {
      const row = await update(db, {
        ...headAt(teamId, taskId),
        update: 'SET #state = :state, stateSeq = :seq, updatedAt = :now, #ttl = :ttl',
        condition: 'stateSeq < :seq AND NOT #state IN (:completed, :failed, :canceled, :rejected)',
        names: { '#state': 'state', '#ttl': 'ttl' },
        values: {
          ':state': state,
          ':seq': seq,
          ':now': now,
          ':ttl': kept(now),
          ...Object.fromEntries([...terminalStates].map((each) => [`:${each}`, each])),
        },
      })
      return row && taskRow(row).head
    },

    async batches(teamId, taskId, after, limit) {
      const { items, more } = await page(db, {
        pk: taskPk(teamId, taskId),
        prefix: 'EVENT#',
        after: `EVENT#${padded(after)}`,
        limit,
      })
      return { batches: items.map((row) => parsed(row, 'batch', StoredBatch)), more }
    },

    async watch(teamId, taskId, connectionId) {
      const row = await update(db, {
        ...headAt(teamId, taskId),
        update: 'ADD watchers :connection',
        condition: 'attribute_exists(pk)',
        values: { ':connection': [connectionId] },
      })
      return row !== null
    },

    async unwatch(teamId, taskId, connectionId) {
      await update(db, {
        ...headAt(teamId, taskId),
        update: 'DELETE watchers :connection',
        condition: 'attribute_exists(pk)',
        values: { ':connection': [connectionId] },
      })
    },
  }
}

const headAt = (teamId: string, taskId: string) => ({ pk: teamPk(teamId), sk: `TASK#${taskId}` })

const headItem = (
  teamId: string,
  { id, hostId, from, state, createdAt, updatedAt }: TaskHead,
  contentHash: string,
): Item =>
  item({
    ...headAt(teamId, id),
    ...{ hostId, from, state, createdAt, updatedAt, contentHash },
    stateSeq: 0,
    ttl: kept(updatedAt),
  })

const taskRow = (row: Item): TaskRow => ({
  head: TaskHead.parse({
    id: text(row, 'sk').slice('TASK#'.length),
    hostId: text(row, 'hostId'),
    from: text(row, 'from'),
    state: text(row, 'state'),
    createdAt: number(row, 'createdAt'),
    updatedAt: number(row, 'updatedAt'),
  }),
  stateSeq: number(row, 'stateSeq'),
  contentHash: text(row, 'contentHash'),
  watchers: setOf(row, 'watchers'),
})

const grantOf = (row: Item): Grant => parsed(row, 'grant', Grant)
