import * as z from 'zod/mini'
import { PublicKeys } from '#protocol/keys.ts'
import type { KeyChange, StoredKey, Teams } from '../../ports/teams.ts'
import type { Database, Write } from './database.ts'
import { all, get, page, put, transact } from './database.ts'
import { inboxItem } from './inbox.ts'
import { item, number, numberOrNull, parsed, text } from './item.ts'
import { key, only, padded, teamPk, ttlOf } from './keys.ts'

const Kind = z.enum(['device', 'host'])
const claimPk = (hash: string) => `CLAIM#${hash}`
/** Says that some team was founded here; never names one. */
const foundedPk = 'RELAY#founded'
const absent = { condition: 'attribute_not_exists(pk)' }

export function dynamoTeams(db: Database): Teams {
  return {
    async keyOf(teamId, kid) {
      const row = await get(db, teamPk(teamId), `KEY#${kid}`)
      return row && { kind: Kind.parse(text(row, 'kind')), keys: parsed(row, 'keys', PublicKeys) }
    },

    async entries(teamId, from, limit) {
      const found: string[] = []
      for (let start = from; found.length < limit; start = from + found.length) {
        const { items, more } = await page(db, {
          pk: teamPk(teamId),
          prefix: 'TRUST#',
          after: start > 0 ? `TRUST#${padded(start - 1)}` : null,
          limit: limit - found.length,
        })
        found.push(...items.map((row) => text(row, 'jws')))
        if (!more) break
      }
      return found
    },

    async found({ teamId, entries, change }, claimHash, now) {
      const failed = await transact(db, [
        {
          change: {
            pk: claimPk(claimHash),
            sk: only,
            update: 'SET spent = :now',
            condition: 'attribute_not_exists(spent) AND expiresAt > :now',
            values: { ':now': now },
          },
        },
        ...entries.map((jws, n) => ({ put: trustItem(teamId, n, jws), ...absent })),
        ...keyWrites(teamId, change),
        { put: item({ pk: foundedPk, sk: only }) },
      ])
      if (failed === null) return 'done'
      // A repeat finds the claim spent and its own team: both can fail, and the team is what matters.
      if (await get(db, teamPk(teamId), `TRUST#${padded(0)}`)) return 'taken'
      return 'claim_invalid'
    },

    async append(teamId, { n, jws, change }, tell, now) {
      const failed = await transact(db, [
        { put: trustItem(teamId, n, jws), ...absent },
        ...keyWrites(teamId, change),
        ...tell.map(({ hostId, item }) => ({ put: inboxItem(teamId, hostId, item, now) })),
      ])
      return failed === null ? 'done' : 'moved'
    },

    async replace(teamId, { from, had, entries, change }, tell, now) {
      const at = (n: number) => key(teamPk(teamId), `TRUST#${padded(n)}`)
      const end = from + entries.length
      const dropped = Array.from({ length: Math.max(had - end, 0) }, (_, index) => ({ remove: at(end + index) }))
      const failed = await transact(db, [
        ...entries.map((jws, index) => {
          const n = from + index
          return { put: trustItem(teamId, n, jws), ...(n < had ? {} : absent) }
        }),
        ...dropped,
        // Nobody may have gone on meanwhile.
        ...(end > had ? [] : [{ check: at(had), ...absent }]),
        ...keyWrites(teamId, change),
        ...tell.map(({ hostId, item }) => ({ put: inboxItem(teamId, hostId, item, now) })),
      ])
      return failed === null ? 'done' : 'moved'
    },

    leases: async (teamId) => (await all(db, { pk: teamPk(teamId), prefix: 'LEASE#' })).map((row) => text(row, 'jws')),

    async keepLease(teamId, { kid, until, jws }) {
      const pk = teamPk(teamId)
      await transact(db, [
        { check: key(pk, `KEY#${kid}`) },
        {
          put: item({ pk, sk: `LEASE#${kid}`, until, jws }),
          condition: 'attribute_not_exists(pk) OR #until < :until',
          names: { '#until': 'until' },
          values: { ':until': until },
        },
      ])
    },

    claimed: async () => (await get(db, foundedPk, only)) !== null,

    async offerClaim(hash, expiresAt) {
      await put(db, item({ pk: claimPk(hash), sk: only, expiresAt, ttl: ttlOf(expiresAt) }), absent)
    },

    async isOffered(hash, now) {
      const row = await get(db, claimPk(hash), only)
      return row !== null && numberOrNull(row, 'spent') === null && number(row, 'expiresAt') > now
    },
  }
}

const trustItem = (teamId: string, n: number, jws: string) =>
  item({ pk: teamPk(teamId), sk: `TRUST#${padded(n)}`, jws })

/** The reachability items come and go with their keys. */
const reachable = ({ kind, kid }: { kind: StoredKey['kind']; kid: string }) =>
  kind === 'device' ? `DEVICE#${kid}` : `HOST#hst_${kid}`

function keyWrites(teamId: string, { add, remove }: KeyChange): Write[] {
  const pk = teamPk(teamId)
  return [
    ...add.flatMap(({ kind, keys }) => [
      { put: item({ pk, sk: `KEY#${keys.kid}`, kind, keys: { json: keys } }) },
      { put: item({ pk, sk: reachable({ kind, kid: keys.kid }) }) },
    ]),
    ...remove.flatMap(({ kind, kid }) => [
      { remove: key(pk, `KEY#${kid}`) },
      { remove: key(pk, reachable({ kind, kid })) },
      { remove: key(pk, kind === 'host' ? `STATUS#hst_${kid}` : `LEASE#${kid}`) },
    ]),
  ]
}
