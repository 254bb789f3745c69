import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { Operation as OperationSchema } from '#protocol/statements/operation.ts'
import { canonicalJson } from './canonical.ts'
import type { CryptoPort } from './crypto.ts'
import { hashOf } from './hash.ts'

/** Digest of an operation: SHA-256("countersign op" ‖ NUL ‖ JCS), base64url. Error: `operation_invalid` for what has no canonical form. */
export async function digestOf(c: CryptoPort, operation: Operation): Promise<Result<string>> {
  const read = OperationSchema.safeParse(operation)
  const canonical = read.success ? canonicalJson(read.data) : null
  return canonical === null ? refused('operation_invalid') : ok(await hashOf(c, 'op', canonical))
}

/** Commitment to a redacted secret: who knows salt and secret can check it, nobody else learns anything. */
export const commitTo = (c: CryptoPort, salt: string, secret: string): Promise<string> =>
  hashOf(c, 'secret', `${salt}\0${secret}`)
