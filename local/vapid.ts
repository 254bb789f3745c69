import { join } from 'node:path'
import * as z from 'zod/mini'
import { generateVapidKeys, type VapidKeys } from '#functions/adapters/web-push/vapid.ts'
import { readJson, writePrivate } from './private-file.ts'

const File = z.object({ publicKey: z.string(), privateKey: z.string() })

/** The relay's push keys, made once: other keys would make every subscription worthless. The subject has to be https or mailto (RFC 8292). */
export function vapidKeys(dataDir: string, origin: string): VapidKeys {
  const path = join(dataDir, 'vapid.json')
  const kept = readJson(path)
  const keys = kept === null ? generateVapidKeys() : File.parse(kept)
  if (kept === null) writePrivate(path, JSON.stringify(keys))
  return { ...keys, subject: origin.startsWith('https:') ? origin : 'mailto:countersign@localhost.invalid' }
}
