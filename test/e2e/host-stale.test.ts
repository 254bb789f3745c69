import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'

// What was shown is what runs: anything that changed in between, a lost journal included, ends with nothing approved by accident. Real processes; judged on the disk.
let world: HostWorld

beforeAll(async () => {
  world = await openHostWorld()
})
afterAll(() => world.close())

const command = (text: string) => world.submit(text, { agent: 'command' })
const at = (path: string) => join(world.project, path)
const approve = (approvalId: string, answer: 'approve' | 'deny' = 'approve') =>
  world.device.decide({ approvalId, answer, shown: { where: 'app', whole: true } })
const script = (path: string, makes: string) => {
  writeFileSync(at(path), `#!/bin/sh\ntouch ${makes}\n`)
  chmodSync(at(path), 0o755)
}

/** Approves what was shown, after `change`: the host says stale, asks again with what is there now, and that is approved. */
async function changedInBetween(text: string, change: () => void): Promise<string> {
  const task = await command(text)
  const first = await world.nextApproval()
  change()
  must(await approve(first.id))
  const second = await world.nextApproval(new Set([first.id]))
  const { receipt } = must(await world.device.awaitReceipt({ approvalId: first.id, withinMs: 20_000 }))
  expect(receipt?.outcome).toBe('stale')
  const digests = [first.id, second.id].map(async (id) => must(await world.device.approval(id)).approval.digest)
  expect(await digests[0]).not.toBe(await digests[1])
  must(await approve(second.id))
  return task.ended
}

test('another program under the same name is asked again', async () => {
  script('tool.sh', 'shown')
  expect(await changedInBetween('./tool.sh', () => script('tool.sh', 'other'))).toBe('completed')
  expect([existsSync(at('shown')), existsSync(at('other'))]).toEqual([false, true])
})

test('a program behind a link that leads elsewhere now is asked again', async () => {
  script('one.sh', 'by-one')
  script('two.sh', 'by-two')
  symlinkSync('one.sh', at('linked.sh'))
  const swap = () => {
    unlinkSync(at('linked.sh'))
    symlinkSync('two.sh', at('linked.sh'))
  }
  expect(await changedInBetween('./linked.sh', swap)).toBe('completed')
  expect([existsSync(at('by-one')), existsSync(at('by-two'))]).toEqual([false, true])
})

test('a file that is deleted with other content than was shown is asked again', async () => {
  writeFileSync(at('notes.txt'), 'old')
  expect(await changedInBetween('rm notes.txt', () => writeFileSync(at('notes.txt'), 'new, and dear'))).toBe(
    'completed',
  )
  expect(existsSync(at('notes.txt'))).toBe(false)
})

test('another folder in the place of the project is asked again', async () => {
  const swap = () => {
    renameSync(world.project, `${world.project}-old`)
    mkdirSync(world.project)
  }
  expect(await changedInBetween('mkdir in-the-folder', swap)).toBe('completed')
  expect([existsSync(join(`${world.project}-old`, 'in-the-folder')), existsSync(at('in-the-folder'))]).toEqual([
    false,
    true,
  ])
})

test('a journal that lost its tail releases nothing by what it forgot, and asks again', async () => {
  const task = await command('mkdir forgotten')
  const asked = await world.nextApproval()
  await world.stopHost()
  const path = join(world.folder, 'host/journal.jsonl')
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  const pending = lines.findIndex((line) => line.includes(asked.id))
  writeFileSync(path, `${lines.slice(0, pending).join('\n')}\n`)
  must(await approve(asked.id))
  await world.startHost()
  const again = await world.nextApproval(new Set([asked.id]))
  expect(existsSync(at('forgotten'))).toBe(false)
  must(await approve(again.id))
  expect(await task.ended).toBe('completed')
  expect(existsSync(at('forgotten'))).toBe(true)
})

test('a journal that lost what it released does not release it again: it says that it does not know', async () => {
  // The card that the host forgot in the test before is open until its time is over.
  const open = must(await world.device.context.relay.call('approvals.list', {})).approvals.map(({ id }) => id)
  const task = await command('sleep 2; touch ran; rm ran')
  const asked = await world.nextApproval(new Set(open))
  must(await world.device.decide({ approvalId: asked.id, answer: 'approve', shown: { where: 'app', whole: true } }))
  await world.hostEvents.until((event) => event.event === 'released' && event.approvalId === asked.id)
  must(await world.device.awaitReceipt({ approvalId: asked.id, withinMs: 20_000 }))
  await world.stopHost()
  const path = join(world.folder, 'host/journal.jsonl')
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  const consumed = lines.findIndex((line) => line.includes(asked.id) && line.includes('"type":"consume"'))
  expect(lines.slice(0, consumed).some((line) => line.includes('"type":"decision"') && line.includes(asked.id))).toBe(
    true,
  )
  writeFileSync(path, `${lines.slice(0, consumed).join('\n')}\n`)
  const released = world.hostEvents.all.length
  await world.startHost()
  expect(await task.ended).toBe('rejected')
  expect(world.hostEvents.all.slice(released).some((event) => event.event === 'released')).toBe(false)
  expect(task.events.all).toContainEqual(expect.objectContaining({ type: 'refused', code: 'journal_damaged' }))
})
