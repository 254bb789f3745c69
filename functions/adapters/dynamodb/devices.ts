import { PushSubscription } from '#protocol/records.ts'
import type { DeviceRow, Devices } from '../../ports/devices.ts'
import type { Database } from './database.ts'
import { all, get, update } from './database.ts'
import type { Item } from './item.ts'
import { numberOrNull, parsedOrNull, setOf, text } from './item.ts'
import { teamPk } from './keys.ts'

const here = 'attribute_exists(pk)'

export function dynamoDevices(db: Database): Devices {
  const at = (teamId: string, kid: string) => ({ pk: teamPk(teamId), sk: `DEVICE#${kid}` })
  return {
    all: async (teamId) => (await all(db, { pk: teamPk(teamId), prefix: 'DEVICE#' })).map(deviceRow),

    async get(teamId, kid) {
      const row = await get(db, teamPk(teamId), `DEVICE#${kid}`)
      return row && deviceRow(row)
    },

    async connected(teamId, kid, connectionId, now) {
      const row = await update(db, {
        ...at(teamId, kid),
        update: 'SET lastSeenAt = :now ADD opening :connection',
        condition: here,
        values: { ':now': now, ':connection': [connectionId] },
      })
      return row !== null
    },

    async synced(teamId, kid, connectionId, now) {
      const row = await update(db, {
        ...at(teamId, kid),
        update: 'SET lastSeenAt = :now ADD connections :connection DELETE opening :connection',
        condition: here,
        values: { ':now': now, ':connection': [connectionId] },
      })
      return row !== null
    },

    async disconnected(teamId, kid, connectionId, now) {
      await update(db, {
        ...at(teamId, kid),
        update: 'SET lastSeenAt = :now DELETE connections :connection, opening :connection',
        condition: here,
        values: { ':now': now, ':connection': [connectionId] },
      })
    },

    async subscribe(teamId, kid, subscription) {
      const row = await update(db, {
        ...at(teamId, kid),
        update: 'SET subscription = :subscription, endpoint = :endpoint',
        condition: here,
        values: { ':subscription': { json: subscription }, ':endpoint': subscription.endpoint },
      })
      return row !== null
    },

    async unsubscribe(teamId, kid, endpoint) {
      await update(db, {
        ...at(teamId, kid),
        update: 'REMOVE subscription, endpoint',
        condition: endpoint === undefined ? here : 'endpoint = :endpoint',
        ...(endpoint === undefined ? {} : { values: { ':endpoint': endpoint } }),
      })
    },
  }
}

const deviceRow = (row: Item): DeviceRow => ({
  kid: text(row, 'sk').slice('DEVICE#'.length),
  connections: setOf(row, 'connections'),
  opening: setOf(row, 'opening'),
  lastSeenAt: numberOrNull(row, 'lastSeenAt'),
  subscription: parsedOrNull(row, 'subscription', PushSubscription),
})
