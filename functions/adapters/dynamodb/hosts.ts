import { Envelope } from '#protocol/envelope.ts'
import type { HostRow, Hosts } from '../../ports/hosts.ts'
import type { Database } from './database.ts'
import { all, get, transact, update } from './database.ts'
import type { Item } from './item.ts'
import { item, numberOrNull, parsed, setOf, text, textOrNull } from './item.ts'
import { key, teamPk } from './keys.ts'

const here = 'attribute_exists(pk)'

export function dynamoHosts(db: Database): Hosts {
  const at = (teamId: string, hostId: string) => ({ pk: teamPk(teamId), sk: `HOST#${hostId}` })
  return {
    async get(teamId, hostId) {
      const row = await get(db, teamPk(teamId), `HOST#${hostId}`)
      return row && hostRow(row)
    },

    async all(teamId) {
      const pk = teamPk(teamId)
      const [hosts, statuses] = await Promise.all([
        all(db, { pk, prefix: 'HOST#' }),
        all(db, { pk, prefix: 'STATUS#' }),
      ])
      const sealed = new Map(
        statuses.map((row) => [text(row, 'sk').slice('STATUS#'.length), parsed(row, 'sealed', Envelope)]),
      )
      return hosts.map(hostRow).map((host) => ({ ...host, status: sealed.get(host.hostId) ?? null }))
    },

    async status(teamId, hostId) {
      const row = await get(db, teamPk(teamId), `STATUS#${hostId}`)
      return row && parsed(row, 'sealed', Envelope)
    },

    async connected(teamId, hostId, connectionId) {
      const row = await update(db, {
        ...at(teamId, hostId),
        update: 'ADD connections :connection',
        condition: here,
        values: { ':connection': [connectionId] },
      })
      return row !== null
    },

    async synced(teamId, hostId, connectionId, now) {
      const row = await update(db, {
        ...at(teamId, hostId),
        update: 'SET connectionId = :id, lastSeenAt = :now ADD connections :connection',
        condition: here,
        values: { ':id': connectionId, ':now': now, ':connection': [connectionId] },
      })
      return row !== null
    },

    async disconnected(teamId, hostId, connectionId, now) {
      const was = await update(db, {
        ...at(teamId, hostId),
        update: 'REMOVE connectionId SET lastSeenAt = :now DELETE connections :connection',
        condition: 'connectionId = :id',
        values: { ':id': connectionId, ':now': now, ':connection': [connectionId] },
      })
      if (was) return true
      await update(db, {
        ...at(teamId, hostId),
        update: 'DELETE connections :connection',
        condition: here,
        values: { ':connection': [connectionId] },
      })
      return false
    },

    async writeStatus(teamId, hostId, sealed, now) {
      await transact(db, [
        { check: key(teamPk(teamId), `HOST#${hostId}`) },
        { put: item({ pk: teamPk(teamId), sk: `STATUS#${hostId}`, sealed: { json: sealed }, at: now }) },
      ])
    },
  }
}

const hostRow = (row: Item): HostRow => ({
  hostId: text(row, 'sk').slice('HOST#'.length),
  connectionId: textOrNull(row, 'connectionId'),
  connections: setOf(row, 'connections'),
  lastSeenAt: numberOrNull(row, 'lastSeenAt'),
})
