import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '#link/clock.ts'
import type { Relay } from '#link/relay-http.ts'
import { storeBlob } from '#link/store-blob.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import { BlobId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import type { BlobRef } from '#protocol/statements/events.ts'
import { blobOverhead, sealBlob } from '#trust/blob.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { type Disk, isFullDisk } from '../journal/disk.ts'
import { writeFileWhole } from '../journal/write-file-whole.ts'
import type { Log } from '../ports.ts'

/** Bytes of ciphertext that wait for the relay: a day of pictures without a network. */
const mostBytes = 256 * 1024 * 1024
/** Uploads at once. */
const inFlight = 2
const againMs = 15_000
/** The relay's last word about it. */
const final: ReadonlySet<ErrorCode> = new Set(['body_invalid', 'blob_mismatch', 'role_refused'])

export type BlobOutboxPorts = {
  folder: string
  crypto: CryptoPort
  relay: Pick<Relay, 'call' | 'fetch'>
  /** Before a team there is nowhere to bring it. */
  isPaired(): boolean
  clock: Clock
  disk: Disk
  log: Log
}

/** Sealed content on its way to the blob store: on the disk before anything names it, there until the relay has it. */
export type BlobOutbox = {
  /**
   * Seals content under a key of its own; resolves once the ciphertext is on the disk, waiting for room where there is none. `instead`: an earlier one that
   * nobody needs once this one is there. Null: it is too large, or too much waits already.
   */
  put(content: Uint8Array, instead?: string): Promise<BlobRef | null>
  /** The connection stands anew. */
  resume(): void
  /** Blobs that the relay does not have yet. */
  unsent(): number
  close(): Promise<void>
}

/** Opens the outbox and goes on with what a stop or a crash left of it. */
export async function openBlobOutbox(ports: BlobOutboxPorts): Promise<BlobOutbox> {
  const { folder, crypto, relay, clock, disk, log } = ports
  await mkdir(folder, { recursive: true, mode: 0o700 })
  /** In the order in which they came; a name is the hash of what is in it. */
  const waiting = await readFolder(folder)
  const sending = new Map<string, Promise<void>>()
  const closing = new AbortController()
  let bytes = [...waiting.values()].reduce((sum, size) => sum + size, 0)
  let cancelTimer = () => {}

  const pathOf = (id: string) => join(folder, id)

  async function keep(id: string, ciphertext: Uint8Array): Promise<void> {
    try {
      for (;;) {
        try {
          return await writeFileWhole(pathOf(id), ciphertext)
        } catch (error) {
          await rm(`${pathOf(id)}.new`, { force: true })
          if (!isFullDisk(error) || closing.signal.aborted) throw error
          await disk.wait(ciphertext, closing.signal)
        }
      }
    } finally {
      disk.written(ciphertext)
    }
  }

  function drop(id: string): void {
    bytes -= waiting.get(id) ?? 0
    waiting.delete(id)
  }

  function push(): void {
    if (closing.signal.aborted || !ports.isPaired()) return
    for (const id of waiting.keys()) {
      if (sending.size >= inFlight) return
      if (sending.has(id)) continue
      sending.set(id, bring(id))
    }
  }

  async function bring(id: string): Promise<void> {
    const ciphertext = await readFile(pathOf(id)).catch(() => null)
    const stored = ciphertext && (await storeBlob(relay, id, ciphertext, closing.signal))
    const isOver = !stored || stored.ok || final.has(stored.code)
    if (isOver && !stored?.ok) log('blob.lost', { id, code: stored?.code ?? null })
    if (isOver) await rm(pathOf(id), { force: true })
    if (isOver) drop(id)
    sending.delete(id)
    if (closing.signal.aborted) return
    if (isOver) return push()
    cancelTimer()
    cancelTimer = clock.after(againMs, push)
  }

  return {
    async put(content, instead) {
      const size = content.length + blobOverhead
      if (size > limits.blobBytes) return null
      if (instead !== undefined && waiting.has(instead) && !sending.has(instead)) {
        drop(instead)
        await rm(pathOf(instead), { force: true })
      }
      if (bytes + size > mostBytes) {
        log('blob.left', { bytes: content.length })
        return null
      }
      bytes += size
      const { ref, ciphertext } = await sealBlob(crypto, content)
      try {
        await keep(ref.id, ciphertext)
      } catch (error) {
        bytes -= size
        log('blob.failed', { reason: error instanceof Error ? error.message : String(error) })
        return null
      }
      waiting.set(ref.id, size)
      push()
      return ref
    },
    resume() {
      cancelTimer()
      push()
    },
    unsent: () => waiting.size,
    async close() {
      cancelTimer()
      closing.abort()
      await Promise.all(sending.values())
    },
  }
}

async function readFolder(folder: string): Promise<Map<string, number>> {
  const found: { id: string; size: number; at: number }[] = []
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if (!BlobId.safeParse(name).success) await rm(path, { force: true, recursive: true })
    else {
      const { size, mtimeMs } = await stat(path)
      found.push({ id: name, size, at: mtimeMs })
    }
  }
  return new Map(found.sort((a, b) => a.at - b.at).map(({ id, size }) => [id, size]))
}
