import * as z from 'zod/mini'
import type { Database } from './database.ts'
import { get, put } from './database.ts'
import { item, parsed } from './item.ts'
import { only } from './keys.ts'

const Pair = z.object({ publicKey: z.string(), privateKey: z.string() })

/** A key pair of the relay's own, made once: of two that make it at the same time, the first one's counts for both. */
export async function relaySecret(
  db: Database,
  name: 'vapid',
  make: () => z.infer<typeof Pair>,
): Promise<z.infer<typeof Pair>> {
  const pk = `RELAY#${name}`
  for (;;) {
    const row = await get(db, pk, only)
    if (row) return parsed(row, 'pair', Pair)
    await put(db, item({ pk, sk: only, pair: { json: make() } }), { condition: 'attribute_not_exists(pk)' })
  }
}
