import type { Proofs } from '../../ports/proofs.ts'
import type { Database } from './database.ts'
import { put } from './database.ts'
import { item } from './item.ts'
import { only, ttlOf } from './keys.ts'

export function dynamoProofs(db: Database): Proofs {
  return {
    spend: (kid, jti, expiresAt) =>
      put(db, item({ pk: `JTI#${kid}#${jti}`, sk: only, ttl: ttlOf(expiresAt) }), {
        condition: 'attribute_not_exists(pk)',
      }),
  }
}
