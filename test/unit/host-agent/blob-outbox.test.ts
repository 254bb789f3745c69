import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type BlobOutbox, type BlobOutboxPorts, openBlobOutbox } from '#host-agent/artifacts/blob-outbox.ts'
import { createDisk } from '#host-agent/journal/disk.ts'
import { type Clock, systemClock } from '#link/clock.ts'
import { readBlob } from '#link/read-blob.ts'
import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { handClock } from '#test/support/hand-clock.ts'
import { until } from '#test/support/wait.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'

const open: BlobOutbox[] = []
const folders: string[] = []
afterEach(async () => {
  for (const outbox of open.splice(0)) await outbox.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A blob store in memory, which can be away or refuse. */
function storeOf() {
  const stored = new Map<string, Uint8Array>()
  const state = { isThere: true, code: null as null | 'body_invalid', uploads: 0 }
  const call = async (route: string, { body, params }: { body?: { id: string }; params?: { id: string } }) => {
    if (!state.isThere) return refused('relay_unreachable')
    if (state.code) return refused(state.code)
    const id = body?.id ?? params?.id ?? ''
    if (route === 'blob.write') return ok({ url: stored.has(id) ? null : `http://store/${id}` })
    return stored.has(id) ? ok({ url: `http://store/${id}` }) : refused('blob_not_found')
  }
  const fetch = async (url: string, init: RequestInit) => {
    const id = url.split('/').at(-1) ?? ''
    if (init.method !== 'PUT') return new Response(Buffer.from(stored.get(id) ?? []))
    state.uploads += 1
    stored.set(id, init.body as Uint8Array)
    return new Response('{}')
  }
  return { stored, state, relay: { call, fetch } as unknown as BlobOutboxPorts['relay'] }
}

async function outboxOn(ports: Partial<BlobOutboxPorts> & Pick<BlobOutboxPorts, 'relay'>, clock: Clock = systemClock) {
  const folder = ports.folder ?? mkdtempSync(join(tmpdir(), 'countersign-blobs-'))
  if (!ports.folder) folders.push(folder)
  const outbox = await openBlobOutbox({
    folder,
    crypto: nodeCrypto,
    isPaired: () => true,
    clock,
    disk: createDisk(systemClock, () => {}),
    log() {},
    ...ports,
  })
  open.push(outbox)
  return { outbox, folder }
}

const text = (content: string) => new TextEncoder().encode(content)

test('a blob is sealed on the disk before its reference is known, goes to the store, and then leaves the disk', async () => {
  const { stored, state, relay } = storeOf()
  state.isThere = false
  const { outbox, folder } = await outboxOn({ relay })
  const ref = await outbox.put(text('what was said'))
  if (!ref) throw new Error('not kept')
  expect(readdirSync(folder)).toEqual([ref.id])
  expect(readFileSync(join(folder, ref.id)).includes('said')).toBe(false)
  state.isThere = true
  outbox.resume()
  await until(() => outbox.unsent() === 0, { what: 'the upload' })
  expect([...stored.keys()]).toEqual([ref.id])
  expect(readdirSync(folder)).toEqual([])
  const read = await readBlob(relay, nodeCrypto, ref)
  expect(read.ok && new TextDecoder().decode(read.value)).toBe('what was said')
})

test('what a stop left is brought by the next start, and what a crash left half written is not', async () => {
  const { stored, state, relay } = storeOf()
  state.isThere = false
  const first = await outboxOn({ relay })
  const ref = await first.outbox.put(text('kept'))
  await first.outbox.close()
  writeFileSync(join(first.folder, `${ref?.id.slice(0, -1)}x.new`), 'half')
  state.isThere = true
  const { outbox } = await outboxOn({ relay, folder: first.folder })
  expect(outbox.unsent()).toBe(1)
  outbox.resume()
  await until(() => outbox.unsent() === 0, { what: 'the upload' })
  expect([...stored.keys()]).toEqual([ref?.id])
  expect(readdirSync(first.folder)).toEqual([])
})

test('a relay that is away is tried again; one that will never take it is not', async () => {
  const clock = handClock()
  const { stored, state, relay } = storeOf()
  state.isThere = false
  const { outbox, folder } = await outboxOn({ relay }, clock)
  await outbox.put(text('later'))
  await until(() => clock.nextInMs() !== null, { what: 'a wait' })
  state.isThere = true
  clock.advance(60_000)
  await until(() => outbox.unsent() === 0, { what: 'the upload' })
  expect(stored.size).toBe(1)
  state.code = 'body_invalid'
  await outbox.put(text('never'))
  await until(() => outbox.unsent() === 0, { what: 'its end' })
  expect(readdirSync(folder)).toEqual([])
})

test('a newer one takes the place of one that nobody has fetched', async () => {
  const { state, stored, relay } = storeOf()
  state.isThere = false
  let isPaired = false
  const { outbox, folder } = await outboxOn({ relay, isPaired: () => isPaired })
  const old = await outbox.put(text('old'))
  const fresh = await outbox.put(text('new'), old?.id)
  expect(readdirSync(folder)).toEqual([fresh?.id])
  state.isThere = true
  isPaired = true
  outbox.resume()
  await until(() => outbox.unsent() === 0, { what: 'the upload' })
  expect([...stored.keys()]).toEqual([fresh?.id])
})

test('what is larger than the store takes is not kept', async () => {
  const { relay } = storeOf()
  const { outbox, folder } = await outboxOn({ relay })
  expect(await outbox.put(new Uint8Array(limits.blobBytes))).toBeNull()
  expect(readdirSync(folder)).toEqual([])
})

test('without end nothing gathers while the relay is away', async () => {
  const { relay } = storeOf()
  const { outbox } = await outboxOn({ relay, isPaired: () => false })
  const large = new Uint8Array(15 * 1024 * 1024)
  const kept: boolean[] = []
  for (let n = 0; n < 18; n += 1) kept.push((await outbox.put(large)) !== null)
  expect(kept.filter(Boolean)).toHaveLength(17)
})
