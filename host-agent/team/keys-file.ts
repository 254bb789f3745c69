import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { type ExportedKeys, exportKeys, generateKeys, importKeys, type KeyPair } from '#trust/keys.ts'
import { writeFileWhole } from '../journal/write-file-whole.ts'

/**
 * The host's keys out of `keys.json` (0600), made at the first start. Errors: `state_damaged`; a damaged file is never replaced, as new
 * keys would be a new host.
 */
export async function loadKeys(crypto: CryptoPort, home: string): Promise<Result<KeyPair>> {
  const path = join(home, 'keys.json')
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? null : '',
  )
  if (content === null) {
    const pair = await generateKeys(crypto, { extractable: true })
    await writeFileWhole(path, JSON.stringify(await exportKeys(pair)))
    return ok(pair)
  }
  try {
    return ok(await importKeys(JSON.parse(content) as ExportedKeys))
  } catch {
    return refused('state_damaged', path)
  }
}
