import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createDisk } from '#host-agent/journal/disk.ts'
import { type Outbox, type OutboxPorts, openOutbox } from '#host-agent/relay/outbox.ts'
import { systemClock } from '#link/clock.ts'
import type { SealedBatch } from '#protocol/envelope.ts'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { generateKeys } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { newTaskKey, sealBatch } from '#trust/task-key.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const event = (text: string): TaskEvent => ({ type: 'message', at: 1, role: 'agent', text })
const large = (n: number) => ({ ...event(`${n} `.padEnd(1_900, 'x')), role: n % 2 ? 'agent' : 'user' }) as TaskEvent

/** An outbox on a real file, with a relay that answers when and what the test says. */
async function outboxAt(ports: Partial<OutboxPorts> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-outbox-'))
  folders.push(folder)
  const keys = await generateKeys(nodeCrypto, { extractable: true })
  const [taskId, taskKey] = [newId('tsk', 1), newTaskKey(nodeCrypto)]
  const sent: number[] = []
  const all: OutboxPorts = {
    path: join(folder, 'outbox'),
    seal: (seq, events) =>
      sealBatch(nodeCrypto, keys, {
        taskId,
        seq,
        epoch: 0,
        taskKey,
        batch: { v: 1, aud: 'team', task: taskId, seq, events },
      }),
    async send(batch: SealedBatch) {
      sent.push(batch.seq)
      return ok(undefined)
    },
    finished() {},
    disk: createDisk(systemClock, () => {}),
    log() {},
    ...ports,
  }
  const open = async (): Promise<Outbox> => {
    const opened = await openOutbox(all)
    if (!opened.ok) throw new Error(opened.code)
    return opened.value
  }
  return { all, sent, open }
}

function gate<T>() {
  let open: (value: T) => void = () => {}
  const passed = new Promise<T>((resolve) => {
    open = resolve
  })
  return { passed, open }
}

test('an answer that comes while the next batch is being sealed does not count that one as delivered', async () => {
  const [sealing, answered, ended] = [gate<void>(), gate<void>(), gate<Result<unknown>>()]
  const { all, open } = await outboxAt({ send: () => ended.passed })
  const { seal } = all
  all.seal = async (seq, events) => {
    if (seq === 2) {
      answered.open()
      await sealing.passed
    }
    return seal(seq, events)
  }
  const outbox = await open()
  outbox.emit(event('one'))
  await outbox.flush()
  outbox.emit(event('two'))
  await answered.passed
  ended.open(ok(undefined))
  await ended.passed
  sealing.open()
  await outbox.flush()
  await outbox.close()

  all.send = async () => refused('relay_unreachable')
  const again = await open()
  await again.close()
})

test('whatever gathers goes out whole, in order and once, in batches that share a sync', async () => {
  const told: string[] = []
  const finished = gate<void>()
  const { all, sent, open } = await outboxAt({ finished: () => finished.open() })
  const { seal } = all
  all.seal = (seq, events) => {
    for (const one of events) if (one.type === 'message') told.push(...(one.text.match(/\d+(?= )/g) ?? []))
    return seal(seq, events)
  }
  const outbox = await open()
  for (let n = 0; n < 100; n += 1) outbox.emit(large(n))
  outbox.emit({ type: 'state', at: 1, state: 'completed' }, 'completed')
  await finished.passed
  expect(told).toEqual(Array.from({ length: 100 }, (_, n) => String(n)))
  expect(sent).toEqual(Array.from({ length: sent.length }, (_, n) => n + 1))
  expect(outbox.lastState()).toBe('completed')
})

test('what the relay has not taken is sent again after a restart, with the same bytes', async () => {
  const before: string[] = []
  const first = gate<void>()
  const { all, open } = await outboxAt()
  all.send = async (batch) => {
    before.push(JSON.stringify(batch))
    first.open()
    return refused('relay_unreachable')
  }
  const outbox = await open()
  outbox.emit(event('one'))
  await outbox.flush()
  await first.passed
  await outbox.close()

  const after = gate<string>()
  all.send = async (batch) => {
    after.open(JSON.stringify(batch))
    return ok(undefined)
  }
  const again = await open()
  again.resume()
  expect(await after.passed).toBe(before[0])
  await again.close()
})
