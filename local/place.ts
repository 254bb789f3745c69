import { join } from 'node:path'
import * as z from 'zod/mini'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { readJson, writePrivate } from './private-file.ts'

/** `relay.json`: where this relay is, for programs on the same machine. */
export const RelayPlace = z.object({ url: z.string(), origin: z.string(), pid: z.int() })
export type RelayPlace = z.infer<typeof RelayPlace>

const pathOf = (dataDir: string) => join(dataDir, 'relay.json')

/**
 * Whether a relay may start on this data. The public origin is for ever: proofs name it, passkeys and push subscriptions belong to it; another one than
 * before needs `repair`. `chosen`: the port was left to us, so that a local origin differs each time and means nothing. Two relays on one database are refused.
 */
export async function checkPlace(
  dataDir: string,
  origin: string,
  { repair, chosen }: { repair: boolean; chosen: boolean },
): Promise<Result<null>> {
  const read = RelayPlace.safeParse(readJson(pathOf(dataDir)))
  if (!read.success) return ok(null)
  const before = read.data
  if (before.pid !== process.pid && isAlive(before.pid) && (await answers(before.url))) {
    return refused('conflict', `Another relay (process ${before.pid}) runs on this data, at ${before.url}.`)
  }
  const local = chosen && isLocal(origin) && isLocal(before.origin)
  if (repair || local || before.origin === origin) return ok(null)
  const why = `This relay is known as ${before.origin}. As ${origin} it would lose every pairing, passkey and push address.`
  return refused('conflict', `${why} Start it as before, or with another --data.`)
}

const isLocal = (origin: string) => origin.startsWith('http://localhost:')

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function answers(url: string): Promise<boolean> {
  const answered = await fetch(`${url}/v1/relay`, { signal: AbortSignal.timeout(2_000) }).catch(() => null)
  return answered?.ok ?? false
}

export const writePlace = (dataDir: string, place: RelayPlace) =>
  writePrivate(pathOf(dataDir), `${JSON.stringify(place)}\n`)

/** An https origin, or null for what is none. */
export function publicOrigin(url: string): string | null {
  const parsed = URL.parse(url)
  const plain = parsed?.pathname === '/' && parsed.search === '' && parsed.hash === '' && parsed.username === ''
  const secure = parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && parsed.hostname === 'localhost')
  return plain && secure ? parsed.origin : null
}
