import { pause } from '#link/clock.ts'
import type { ErrorCode, Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { kidOfHost } from '#protocol/ids.ts'
import type { StoredBatch, TaskState } from '#protocol/records.ts'
import { terminalStates } from '#protocol/records.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import type { OpenedBatch } from '#trust/task-key.ts'
import { openBatch } from '#trust/task-key.ts'
import type { Context } from './context.ts'
import type { Live } from './live.ts'
import { isWaiting } from './posts.ts'
import { readTask, taskKeys } from './task-keys.ts'

/**
 * What is missing of a batch: events of a form that only a newer version of this program knows, or all of it, since it does not open with the task's keys or the host did not
 * sign it. A relay could always have withheld it; it can't put anything in its place.
 */
export type Unread = { is: 'newer'; count: number } | { is: 'unreadable'; code: ErrorCode }

export type WatchInput = {
  taskId: string
  /** The last batch already known; 0 means from the beginning. */
  after?: number
  /** Called once for each batch, in order, without gaps, with verified events; `unread` says what of it could not be taken, and it goes on after that. */
  onEvents(events: readonly TaskEvent[], seq: number, unread: Unread | null): void
  /** The log was read to where the relay had it; called again whenever it was read anew. */
  onCaughtUp?(): void
  signal?: AbortSignal
}

/** With a connection the frames come by themselves and the poll only guards against lost ones; without, the poll is the way. Milliseconds. */
const GUARD_MS = 20_000
const POLL_MS = 1_500
/** Frames overtake one another: a gap is closed by reading only when it does not close by itself. */
const GAP_MS = 250

/**
 * Follows a task's log until its terminal state, or until `signal` aborts; resolves with the last state that the host's own events named. Frames are only early word: a
 * gap is closed by reading. A task that waits here to be sent is waited for. Errors: `task_not_found`, `host_not_found`, `envelope_unreadable` (no key was granted to this device), those of the call when the relay refuses; while
 * it can't be reached, it is tried again, from the very first question on.
 */
export async function watchTask(context: Context, live: Live | null, input: WatchInput): Promise<Result<TaskState>> {
  const { taskId, signal } = input
  const early = new Map<number, StoredBatch>()
  let wake = () => {}
  let mustRead = true
  /** The connection as it stands has promised frames. What came before that is read. */
  let isWatched = false
  const stop = live?.on((event) => {
    if (event.type === 'batch' && event.taskId === taskId) early.set(event.batch.seq, event.batch)
    else if (event.type === 'synced') isWatched = false
    // A task that waited here is there from now on.
    else if (event.type !== 'flushed' || isWatched) return
    if (event.type !== 'batch') mustRead = true
    wake()
  })
  let reader: Reader | null = null
  let next = (input.after ?? 0) + 1
  let state: TaskState = 'submitted'
  let gap: { at: number; until: number } | null = null

  async function take(read: Reader, batch: StoredBatch): Promise<void> {
    const opened = await read(batch)
    const events = opened.ok ? opened.value.events : []
    for (const event of events) if (event.type === 'state') state = event.state
    early.delete(batch.seq)
    next = batch.seq + 1
    input.onEvents(events, batch.seq, unreadOf(opened))
  }

  async function takeEarly(read: Reader): Promise<void> {
    for (let batch = early.get(next); batch; batch = early.get(next)) await take(read, batch)
    for (const seq of early.keys()) if (seq < next) early.delete(seq)
  }

  async function fetchMissing(read: Reader): Promise<Result<void>> {
    for (;;) {
      const page = await context.relay.call('task.events', {
        params: { id: taskId },
        query: { after: String(next - 1) },
      })
      if (!page.ok) return passing.has(page.code) ? ok(undefined) : page
      for (const batch of page.value.batches) {
        // The relay may have stored n+1 before n: only what follows without a gap is taken.
        if (batch.seq !== next) continue
        await take(read, batch)
      }
      if (page.value.more && page.value.batches.length > 0) continue
      input.onCaughtUp?.()
      return ok(undefined)
    }
  }

  try {
    while (!signal?.aborted) {
      if (mustRead && !isWatched && live?.isOnline()) {
        isWatched = true
        if (!(await live.request({ type: 'task.watch', taskId })).ok) isWatched = false
      }
      if (!reader) {
        // The relay can't know yet what still waits here. Asked first: it may arrive while it is read.
        const isComing = await isWaiting(context, taskId)
        const opened = await openReader(context, taskId)
        if (opened.ok) reader = opened.value
        else if (!isComing && !passing.has(opened.code)) return opened
        else {
          await news(POLL_MS)
          continue
        }
      }
      await takeEarly(reader)
      if (terminalStates.has(state)) return ok(state)
      if (mustRead) {
        mustRead = false
        const read = await fetchMissing(reader)
        if (!read.ok) return read
        if (terminalStates.has(state)) return ok(state)
      }
      if (!early.has(next) && !mustRead) await news(patience())
    }
    return ok(state)
  } finally {
    stop?.()
    if (live) void live.request({ type: 'task.unwatch', taskId })
  }

  /** How long to wait for a frame. What keeps coming behind a gap does not put off its closing. */
  function patience(): number {
    if (early.size === 0) return isWatched && live?.isOnline() ? GUARD_MS : POLL_MS
    if (gap?.at !== next) gap = { at: next, until: context.clock.now() + GAP_MS }
    return Math.min(Math.max(gap.until - context.clock.now(), 0), GAP_MS)
  }

  /** Until a frame comes; when none does, the log is read anyway. */
  async function news(withinMs: number): Promise<void> {
    const woken = new AbortController()
    wake = () => woken.abort()
    if (signal?.aborted) return
    signal?.addEventListener('abort', wake)
    await pause(context.clock, withinMs, woken.signal)
    signal?.removeEventListener('abort', wake)
    if (!woken.signal.aborted) mustRead = true
    wake = () => {}
  }
}

/** After these the same question is asked again. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'relay_unreachable',
  'unavailable',
  'internal',
  'too_many_requests',
  'proof_expired',
])

function unreadOf(opened: Result<OpenedBatch>): Unread | null {
  if (!opened.ok) return { is: 'unreadable', code: opened.code }
  return opened.value.newer > 0 ? { is: 'newer', count: opened.value.newer } : null
}

type Reader = (batch: StoredBatch) => Promise<Result<OpenedBatch>>

/** Opens batches by the task's keys; an epoch that is not known makes it look for a new grant once. */
async function openReader(context: Context, taskId: string): Promise<Result<Reader>> {
  const view = await readTask(context, taskId)
  if (!view.ok) return view
  const team = context.team.need()
  if (!team.ok) return team
  const host = team.value.keys.get(kidOfHost(view.value.head.hostId))
  if (!host) return refused('host_not_found')
  let keys = await taskKeys(context, view.value)
  // Without any key nothing can be read at all, and a row for each batch would say no more.
  if (keys.size === 0) return refused('envelope_unreadable')
  return ok(async ({ sealed }) => {
    if (!keys.has(sealed.epoch)) {
      const again = await readTask(context, taskId)
      if (again.ok) keys = await taskKeys(context, again.value)
    }
    const taskKey = keys.get(sealed.epoch)
    if (taskKey === undefined) return refused('envelope_unreadable')
    if (sealed.taskId !== taskId) return refused('statement_invalid')
    return openBatch(context.crypto, { sealed, taskKey, hostKey: host.keys.sign, team: team.value.teamId })
  })
}
