import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBlob } from '#link/blobs.ts'
import type { BlobRef } from '#protocol/statements/events.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { large, largeFiles } from '#test/support/agents/large-acts.ts'
import { shown } from '#test/support/agents/picture-acts.ts'
import { until } from '#test/support/wait.ts'

let world: HostWorld
beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

/** What a device reads by the reference in the log, as soon as the host has brought it. */
async function bytesOf(ref: BlobRef | undefined): Promise<Uint8Array> {
  if (!ref) throw new Error('no blob')
  const { relay, crypto } = world.device.context
  const read = async () => {
    const answer = await readBlob(relay, crypto, ref)
    return answer.ok || answer.code !== 'blob_not_found' ? { bytes: must(answer) } : null
  }
  const { bytes } = await until(read, { what: 'the upload' })
  return bytes
}
const textOf = async (ref: BlobRef | undefined) => new TextDecoder().decode(await bytesOf(ref))

test('a change of thousands of lines reaches the phone whole, and no secret with it', async () => {
  const task = await world.submit('[[act:large]]')
  expect(await task.ended).toBe('completed')
  const diff = task.events.all.findLast((event) => event.type === 'diff')
  expect(diff).toMatchObject({ total: 3 })
  expect(diff?.patch).toBeUndefined()
  const patch = await textOf(diff?.blob)
  for (const [path, content] of Object.entries(largeFiles)) {
    expect(patch).toContain(`+++ b/${path}`)
    expect(patch).toContain(`+${content.split('\n')[0]}\n`)
  }
  expect(patch).not.toContain(large.secret)
  expect(patch).toContain("+const key = '⟨secret 1⟩'")
})

test('of more files than an event has room for the patch has all', async () => {
  const task = await world.submit('[[act:many-files]]')
  expect(await task.ended).toBe('completed')
  const diff = task.events.all.findLast((event) => event.type === 'diff')
  expect(diff?.files.length).toBeGreaterThan(50)
  expect((await textOf(diff?.blob)).match(/^diff --git /gm)).toHaveLength(diff?.total ?? 0)
})

test('pictures that the agent sends or makes come once each; what only calls itself one does not', async () => {
  const task = await world.submit('[[act:pictures]]')
  expect(await task.ended).toBe('completed')
  const pictures = task.events.all.filter((event) => event.type === 'artifact')
  expect(pictures.map(({ kind, name, mime }) => [kind, name, mime])).toEqual([
    ['image', 'picture 1.png', 'image/png'],
    ['image', 'picture 2.png', 'image/png'],
    ['image', 'shot.png', 'image/png'],
  ])
  const contents = [shown.said, shown.tool, shown.file[1]]
  for (const [index, { blob }] of pictures.entries())
    expect(Buffer.from(await bytesOf(blob)).equals(contents[index] ?? Buffer.alloc(0))).toBe(true)
})
