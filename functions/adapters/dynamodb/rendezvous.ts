import type { Rendezvous, RendezvousRow } from '../../ports/rendezvous.ts'
import type { Database } from './database.ts'
import { get, put, update } from './database.ts'
import type { Item } from './item.ts'
import { item, number, setOf, text, textOrNull } from './item.ts'
import { only, ttlOf } from './keys.ts'

const pkOf = (id: string) => `RDV#${id}`
const slots = ['lock', 'confirm', 'joined', 'burnt'] as const

export function dynamoRendezvous(db: Database): Rendezvous {
  const read = async (id: string) => {
    const row = await get(db, pkOf(id), only)
    return row && rendezvousRow(id, row)
  }
  return {
    async offer({ id, card, expiresAt }, keepUntil) {
      const row = item({ pk: pkOf(id), sk: only, card, expiresAt, ttl: ttlOf(keepUntil) })
      if (await put(db, row, { condition: 'attribute_not_exists(pk)' })) return 'done'
      return (await read(id)) ?? { id, card: '', expiresAt: 0, accepts: [], slots: {} }
    },

    get: read,

    async accept(id, content, atMost) {
      const row = await update(db, {
        pk: pkOf(id),
        sk: only,
        update: 'ADD accepts :contents',
        condition:
          'attribute_exists(pk) AND (attribute_not_exists(accepts) OR size(accepts) < :most OR contains(accepts, :content))',
        values: { ':contents': [content], ':content': content, ':most': atMost },
      })
      return row !== null
    },

    async write(id, slot, content) {
      const row = await update(db, {
        pk: pkOf(id),
        sk: only,
        update: 'SET #slot = :content',
        condition: 'attribute_exists(pk) AND (attribute_not_exists(#slot) OR #slot = :content)',
        names: { '#slot': `slot.${slot}` },
        values: { ':content': content },
      })
      return row !== null
    },
  }
}

/** A set has no order and the host locks to the first that opens, so any order will do. */
const rendezvousRow = (id: string, row: Item): RendezvousRow => ({
  id,
  card: text(row, 'card'),
  expiresAt: number(row, 'expiresAt'),
  accepts: setOf(row, 'accepts'),
  slots: Object.fromEntries(
    slots.flatMap((slot) => {
      const content = textOrNull(row, `slot.${slot}`)
      return content === null ? [] : [[slot, content]]
    }),
  ),
})
