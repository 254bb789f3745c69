import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod/mini'
import { SealedBatch } from '#protocol/envelope.ts'
import { type ErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import { TaskState, terminalStates } from '#protocol/records.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { type AppendFile, openAppendFile } from '../journal/append-file.ts'
import type { Disk } from '../journal/disk.ts'
import type { Log } from '../ports.ts'
import { fitEvents, splitEvent } from '../tasks/fit-events.ts'

/** Batches on their way at once: enough to fill the line, few enough that order and memory hold. */
const inFlight = 8
/** Batches that share one sync, when that many are full. */
const together = 4

const StoredLine = z.union([
  z.strictObject({ sealed: SealedBatch, state: z.optional(TaskState) }),
  /** Everything up to this number is at the relay. */
  z.strictObject({ acked: z.int() }),
])
type Stored = { sealed: SealedBatch; state?: TaskState }

export type OutboxPorts = {
  /** The file that keeps the batches until the task has ended and all are sent. */
  path: string
  seal(seq: number, events: TaskEvent[]): Promise<SealedBatch>
  send(batch: SealedBatch, state: TaskState | undefined): Promise<Result<unknown>>
  /** All is at the relay and the task has ended. */
  finished(): void
  disk: Disk
  log: Log
}

/** A task's numbered log on its way to the relay. Every batch is on the disk before it is sent, and is sent again with the same bytes. */
export type Outbox = {
  /** Adds an event; `state` rides on its batch. */
  emit(event: TaskEvent, state?: TaskState): void
  /** Resolves when all that was emitted so far is on the disk. */
  flush(): Promise<void>
  /** The connection stands anew: sends whatever is not known to be at the relay, oldest first. */
  resume(): void
  /** The state on the last batch that carries one. */
  lastState(): TaskState | null
  close(): Promise<void>
}

/** Opens the outbox and reads what a crash left of it. Errors: `journal_damaged`. */
export async function openOutbox(ports: OutboxPorts): Promise<Result<Outbox>> {
  await mkdir(dirname(ports.path), { recursive: true, mode: 0o700 })
  const left = readLines(await readFile(ports.path).catch(() => Buffer.alloc(0)))
  if (!left) return refused('journal_damaged', ports.path)
  const file = await openAppendFile(ports.path, left.bytes, ports.disk)
  return ok(startOutbox(ports, file, left))
}

function startOutbox({ path, seal, send, finished, log }: OutboxPorts, file: AppendFile, left: Left): Outbox {
  let unsent = left.unsent
  let last = left.last
  /** The last batch on the disk: `last` may still be on its way there, and must not be called delivered. */
  let kept = left.last
  let lastState = left.state
  let waiting: { event: TaskEvent; state: TaskState | undefined }[] = []
  let storing: Promise<void> | null = null
  const sending = new Set<number>()
  let stopped = false
  let closed = false

  /** Forms batches of what has gathered while those before were sealed and stored. */
  async function store(): Promise<void> {
    while (waiting.length > 0) {
      const batches: Promise<Stored>[] = []
      while (waiting.length > 0 && batches.length < together) batches.push(nextBatch())
      const stored = await Promise.all(batches)
      await file.append(stored.map((each) => `${JSON.stringify(each)}\n`).join(''))
      for (const each of stored) {
        kept = each.sealed.seq
        if (each.state !== undefined) lastState = each.state
        unsent.push(each)
      }
      push()
    }
    storing = null
  }

  async function nextBatch(): Promise<Stored> {
    const { events, taken } = fitEvents(waiting.map(({ event }) => event))
    const state = waiting.slice(0, taken).findLast((each) => each.state !== undefined)?.state
    waiting = waiting.slice(taken)
    last += 1
    const sealed = await seal(last, events)
    return { sealed, ...(state === undefined ? {} : { state }) }
  }

  function push(): void {
    for (const stored of unsent) {
      if (stopped || closed || sending.size >= inFlight) return
      const { seq } = stored.sealed
      if (sending.has(seq)) continue
      sending.add(seq)
      void deliver(stored)
    }
  }

  async function deliver(stored: Stored): Promise<void> {
    const { seq } = stored.sealed
    const answer = await send(stored.sealed, stored.state)
    sending.delete(seq)
    if (closed) return
    if (answer.ok || isOver(answer.code)) {
      if (!answer.ok) log('batch.refused', { code: answer.code, seq })
      unsent = unsent.filter((other) => other !== stored)
      const acked = (unsent[0]?.sealed.seq ?? kept + 1) - 1
      if (unsent.length === 0 && lastState !== null && terminalStates.has(lastState) && !storing) return finish()
      void file.append(`${JSON.stringify({ acked })}\n`).catch(() => {})
      push()
      return
    }
    // A gap is mended by sending from the oldest again; anything else waits for the connection.
    if (answer.code !== 'task_event_gap') stopped = true
    else if (sending.size === 0) push()
  }

  /** All is at the relay and the task is over: nothing of it is needed here any more. */
  function finish(): void {
    closed = true
    void file
      .close()
      .then(() => rm(path, { force: true }))
      .then(finished)
  }

  return {
    emit(event, state) {
      if (closed) return
      for (const part of splitEvent(event)) waiting.push({ event: part, state })
      storing ??= store()
      storing.catch((error: Error) => log('outbox.failed', { reason: error.message }))
    },
    flush: async () => {
      await storing
    },
    resume() {
      stopped = false
      push()
    },
    lastState: () => lastState,
    async close() {
      await storing?.catch(() => {})
      if (closed) return
      closed = true
      await file.close()
    },
  }
}

/** The relay will never take it, however often it is sent. */
const isOver = (code: ErrorCode) =>
  ['task_ended', 'task_not_found', 'id_reused', 'frame_invalid', 'frame_too_large', 'role_refused'].includes(code)

type Left = { unsent: Stored[]; last: number; state: TaskState | null; bytes: number }

function readLines(content: Buffer): Left | null {
  const bytes = content.lastIndexOf(10) + 1
  let unsent: Stored[] = []
  let last = 0
  let state: TaskState | null = null
  for (const line of content.toString('utf8', 0, bytes).split('\n').slice(0, -1)) {
    const parsed = parse(line)
    if (!parsed) return null
    if ('acked' in parsed) {
      unsent = unsent.filter(({ sealed }) => sealed.seq > parsed.acked)
      last = Math.max(last, parsed.acked)
      continue
    }
    if (parsed.sealed.seq !== last + 1) return null
    last += 1
    if (parsed.state !== undefined) state = parsed.state
    unsent.push({ sealed: parsed.sealed, ...(parsed.state === undefined ? {} : { state: parsed.state }) })
  }
  return { unsent, last, state, bytes }
}

function parse(line: string): z.infer<typeof StoredLine> | null {
  try {
    return StoredLine.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}
