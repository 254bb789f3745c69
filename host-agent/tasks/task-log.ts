import { join } from 'node:path'
import type { Result } from '#protocol/errors.ts'
import type { TaskState } from '#protocol/records.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { sealBatch } from '#trust/task-key.ts'
import type { BlobOutbox } from '../artifacts/blob-outbox.ts'
import { createLogRest } from '../artifacts/log-rest.ts'
import { type TaskArtifacts, taskArtifacts } from '../artifacts/task-artifacts.ts'
import type { HostContext } from '../context.ts'
import type { Disk } from '../journal/disk.ts'
import type { TaskMemory } from '../journal/memory.ts'
import { type Outbox, openOutbox } from '../relay/outbox.ts'
import { secretsOfProject } from '../secrets/known-secrets.ts'
import { createRedactor } from '../secrets/redact.ts'
import { createEventRedactor } from '../secrets/redact-event.ts'
import { createLogBounds } from './log-bounds.ts'

export type TaskLogPorts = {
  /** The task's own folder. */
  folder: string
  /** The project's folder, whose secrets are known by value; null: the host has no such project. */
  project: string | null
  blobs: BlobOutbox
  disk: Disk
  append(batch: Awaited<ReturnType<typeof sealBatch>>, state: TaskState | undefined): Promise<Result<unknown>>
  /** All is at the relay and the task has ended. */
  finished(): void
}

/** What a task tells: within its bounds, without secrets, sealed, on the disk, at the relay. */
export type TaskLog = {
  tell(event: TaskEvent, state?: TaskState): void
  artifacts: TaskArtifacts
  outbox: Outbox
  /** Before the task's last word: what is kept beyond the log is told. */
  settle(): Promise<void>
  /** The host agent stops: what was held back comes out. */
  release(): void
}

/** Opens a task's log where it was left. Errors: `journal_damaged`. */
export async function openTaskLog(
  { crypto, keys, team, clock, knownSecrets, log }: HostContext,
  task: TaskMemory,
  ports: TaskLogPorts,
): Promise<Result<TaskLog>> {
  const outbox = await openOutbox({
    path: join(ports.folder, 'batches.jsonl'),
    async seal(seq, events) {
      const { epoch, taskKey } = task.keys.at(-1) as TaskMemory['keys'][number]
      const aud = team.state()?.teamId ?? task.request.team
      const batch = { v: 1, aud, task: task.id, seq, events } as const
      return sealBatch(crypto, keys, { taskId: task.id, seq, epoch, taskKey, batch })
    },
    send: ports.append,
    finished: ports.finished,
    disk: ports.disk,
    log,
  })
  if (!outbox.ok) return outbox
  const ofProject = ports.project === null ? [] : await secretsOfProject(ports.project)
  const redactor = createRedactor(task.salt, [...knownSecrets, ...ofProject])
  const bounds = createLogBounds()
  const clean = createEventRedactor(redactor)
  const artifacts = taskArtifacts(ports.blobs, redactor)
  const rest = createLogRest(artifacts, redactor, (event) => outbox.value.emit({ ...event, at: clock.now() }))
  return {
    ok: true,
    value: {
      tell(event, state) {
        const { events, isCut, rest: left } = bounds.take(event)
        const clear = events.flatMap(clean.take)
        const begun = isCut ? clean.forget(event) : null
        if (isCut && (event.type === 'output' || event.type === 'message')) rest.add(event, left, begun)
        rest.hear(event)
        for (const [index, each] of clear.entries())
          outbox.value.emit(each, index === clear.length - 1 ? state : undefined)
      },
      artifacts,
      outbox: outbox.value,
      settle: rest.settle,
      release() {
        for (const event of clean.end()) outbox.value.emit(event, undefined)
      },
    },
  }
}
