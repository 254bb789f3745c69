import { concat, toBase64url, utf8 } from './bytes.ts'
import type { CryptoPort } from './crypto.ts'

/** What each hash is for. A label keeps a hash made for one purpose from passing for another. */
export type HashLabel =
  | 'team'
  | 'op'
  | 'request'
  | 'entry'
  | 'card'
  | 'accept'
  | 'policy'
  | 'environment'
  | 'secret'
  | 'audit'
  | 'passkey'

/** SHA-256("countersign " ‖ label ‖ NUL ‖ content) as base64url. */
export async function hashOf(c: CryptoPort, label: HashLabel, content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === 'string' ? utf8(content) : content
  return toBase64url(await c.sha256(concat(utf8(`countersign ${label}\0`), bytes)))
}

/** Plain SHA-256 as base64url: for what has its own meaning outside (a file, a ciphertext, a thumbprint). */
export const sha256 = async (c: CryptoPort, bytes: Uint8Array): Promise<string> => toBase64url(await c.sha256(bytes))
