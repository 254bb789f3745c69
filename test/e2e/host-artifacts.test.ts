import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sealAttachments } from '#client/attach.ts'
import { readBlob } from '#link/read-blob.ts'
import type { BlobRef, TaskEvent } from '#protocol/statements/events.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { large, largeFiles } from '#test/support/agents/large-acts.ts'
import { shown } from '#test/support/agents/picture-acts.ts'
import { until } from '#test/support/wait.ts'
import { webCrypto } from '#trust/web-crypto.ts'

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

const sent = { name: '../../attached.png', mime: 'image/png', content: shown.file[1] } as const
const saidIn = (events: readonly TaskEvent[]) =>
  events.flatMap((event) => (event.type === 'message' && event.role === 'agent' ? [event.text] : [])).join('')

test('a picture that a person attaches reaches the agent, and every device sees it in the log', async () => {
  const task = await world.submit('[[act:look]]', { attachments: await sealAttachments(webCrypto, [sent]) })
  expect(await task.ended).toBe('completed')
  expect(saidIn(task.events.all)).toBe(`I see 1 pictures and 0 files: ${sent.content.length} bytes, 89504e47.`)
  const [told] = task.events.all.filter((event) => event.type === 'artifact')
  expect(Buffer.from(await bytesOf(told?.blob)).equals(sent.content)).toBe(true)
  expect(existsSync(join(world.project, 'attached.png'))).toBe(false)
})

test('a picture goes along with a later word too', async () => {
  const task = await world.submit('[[act:slow]]')
  await task.events.until((event) => event.type === 'message')
  const more = { hostId: world.hostId, taskId: task.id, kind: 'prompt', text: '[[act:look]]' } as const
  must(
    await world.device.sendInput({
      ...more,
      attachments: await sealAttachments(webCrypto, [sent, { ...sent, content: shown.said }]),
    }),
  )
  await task.events.until((event) => event.type === 'artifact')
  must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'interrupt' }))
  expect(await task.ended).toBe('completed')
  expect(saidIn(task.events.all)).toContain('I see 2 pictures and 0 files')
})

test('what is attached and is no picture is said to be none, and goes to nobody', async () => {
  const content = Buffer.from(shown.script[1])
  const task = await world.submit('[[act:look]]', {
    attachments: await sealAttachments(webCrypto, [{ ...sent, content }]),
  })
  expect(await task.ended).toBe('completed')
  expect(saidIn(task.events.all)).toContain('I see 0 pictures and 0 files')
  expect(task.events.all).toContainEqual(expect.objectContaining({ type: 'notice', code: 'attachment_invalid' }))
})

test('an agent that takes no pictures is given a file beside the project, which goes with the task', async () => {
  const blind = await openHostWorld({ agentArgs: ['--blind'] })
  try {
    const task = await blind.submit('[[act:look]]', { attachments: await sealAttachments(webCrypto, [sent]) })
    expect(await task.ended).toBe('completed')
    expect(saidIn(task.events.all)).toBe(`I see 0 pictures and 1 files: ${sent.content.length} bytes, 89504e47.`)
    const told = String(blind.agentLog().find(({ prompt }) => String(prompt).includes('[[act:look]]'))?.prompt)
    const path = /^- (.*)$/m.exec(told)?.[1] ?? ''
    expect(path.startsWith(blind.project)).toBe(false)
    await until(() => !existsSync(path), { what: 'the file to go' })
  } finally {
    await blind.close()
  }
})

test('what can’t be given to a plain command is said, once, and the command runs all the same', async () => {
  const known = new Set<string>()
  const task = await world.submit('node --version', {
    agent: 'command',
    attachments: await sealAttachments(webCrypto, [sent]),
  })
  const { id } = await world.nextApproval(known)
  must(await world.device.decide({ approvalId: id, answer: 'approve', shown: { where: 'app', whole: true } }))
  expect(await task.ended).toBe('completed')
  expect(task.events.all.filter((event) => event.type === 'notice' && event.code === 'unseen')).toHaveLength(1)
})

test('what a command writes beyond its log is kept as a file, and a secret where it is cut is in neither', async () => {
  const task = await world.submit('[[act:chatter]]')
  expect(await task.ended).toBe('completed')
  const [log] = task.events.all.filter((event) => event.type === 'artifact')
  expect(log).toMatchObject({ kind: 'log', name: 'npm run build.log', mime: 'text/plain' })
  const rest = await textOf(log?.blob)
  const shownText = task.events.all.flatMap((event) => (event.type === 'output' ? [event.text] : [])).join('')
  expect(shownText.length).toBeLessThanOrEqual(1_000_000)
  expect(rest.endsWith('built\u001b[0m\n')).toBe(true)
  expect(rest.length).toBeGreaterThan(300_000)
  for (const text of [rest, shownText]) {
    expect(text).not.toContain(large.secret.slice(0, 12))
    expect(text).not.toContain(large.secret.slice(-12))
  }
  expect(shownText + rest).toContain('TOKEN=⟨secret ')
})
