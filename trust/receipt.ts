import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { hostIdOf } from '#protocol/ids.ts'
import { Receipt } from '#protocol/statements/receipt.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { CryptoPort } from './crypto.ts'
import { headerOf, signStatement, verifyStatement } from './jws.ts'
import type { KeyPair } from './keys.ts'
import type { TeamState } from './trust-log.ts'

/** What the host did with the decisions, signed by it. */
export const makeReceipt = (c: CryptoPort, host: KeyPair, receipt: Omit<Receipt, 'v' | 'host'>): Promise<string> =>
  signStatement(c, host, typ.receipt, { v: 1, host: hostIdOf(host.keys.kid), ...receipt } satisfies Receipt)

/** Verifies a receipt by the host that it names. Errors: `statement_invalid`, `key_unknown`. */
export async function readReceipt(c: CryptoPort, team: TeamState, jws: string): Promise<Result<Receipt>> {
  const header = headerOf(jws)
  if (!header.ok) return header
  const { kid } = header.value
  const host = team.keys.get(kid)
  if (host?.kind !== 'host') return refused('key_unknown')
  const read = await verifyStatement(c, { jws, typ: typ.receipt, schema: Receipt, key: host.keys.sign, kid })
  if (!read.ok) return read
  return read.value.host === hostIdOf(kid) && read.value.aud === team.teamId
    ? ok(read.value)
    : refused('statement_invalid', 'receipt')
}
