import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { kidOfHost, newId } from '#protocol/ids.ts'
import type { TaskHead, TaskView } from '#protocol/records.ts'
import type { Chosen } from '#protocol/statements/choices.ts'
import type { Ending, Place, TaskRequest } from '#protocol/statements/task.ts'
import { typ } from '#protocol/statements/typ.ts'
import { sealTo } from '#trust/envelope.ts'
import { signStatement } from '#trust/jws.ts'
import { newTaskKey } from '#trust/task-key.ts'
import type { SealedAttachments } from './attach.ts'
import type { Context } from './context.ts'
import { post } from './posts.ts'
import { keepTask } from './task-record.ts'

export type SubmitTaskInput = {
  hostId: string
  text: string
  project?: string
  agent?: string
  /** Asks for the plan before anything is changed. */
  planFirst?: boolean
  /** Absent: in the project's folder. */
  place?: Place
  /** Instead of an agent's work: what becomes of an ended task's worktree. */
  finish?: { task: string; how: Ending }
  /** An ended task of the same host, where this one goes on. */
  continues?: string
  /** A session of the agent's, from a listing, in which it goes on. */
  session?: string
  /** Pictures that belong to the text. */
  attachments?: SealedAttachments
  /** Model, mode and effort of the agent. */
  choose?: Chosen
  /** The host's route that named agent and model. Absent: a person did. */
  route?: string
  /** Kept here until the relay has it: see `post`. */
  keep?: boolean
}

/**
 * Asks a paired host for a piece of work. The task's key is made here and kept before anything is sent, so that the log can be read whatever happens in between.
 * Returns the task's row, as it will be where it is kept; a host that is away finds it in its inbox. Errors: `host_not_found` (not in the trust log, or removed), those of the call.
 */
export async function submitTask(context: Context, input: SubmitTaskInput): Promise<Result<TaskView>> {
  const { crypto, keys, clock, store } = context
  const team = context.team.need()
  if (!team.ok) return team
  const host = team.value.keys.get(kidOfHost(input.hostId))
  if (host?.kind !== 'host' || host.removedAt !== null) return refused('host_not_found')
  const now = clock.now()
  const id = newId('tsk', now)
  const taskKey = newTaskKey(crypto)
  await keepTask(store, { id, hostId: input.hostId, text: input.text, taskKey, createdAt: now })
  const { blobs = [] } = input.attachments ?? {}
  const request: TaskRequest = {
    v: 1,
    id,
    aud: input.hostId,
    team: team.value.teamId,
    text: input.text,
    ...(input.project === undefined ? {} : { project: input.project }),
    ...(input.agent === undefined ? {} : { agent: input.agent }),
    ...(input.planFirst ? { planFirst: true } : {}),
    ...(input.place === undefined ? {} : { place: input.place }),
    ...(input.finish === undefined ? {} : { finish: input.finish }),
    ...(input.continues === undefined ? {} : { continues: input.continues }),
    ...(input.session === undefined ? {} : { session: input.session }),
    ...(input.attachments?.named.length ? { attachments: [...input.attachments.named] } : {}),
    ...(input.choose === undefined ? {} : { choose: input.choose }),
    ...(input.route === undefined ? {} : { route: input.route }),
    taskKey,
    iat: now,
  }
  const statement = await signStatement(crypto, keys, typ.task, request)
  const sealed = await sealTo(crypto, { id, kind: 'task', from: keys, to: [host.keys], statement })
  const send = { route: 'task.submit', body: { id, hostId: input.hostId, sealed } } as const
  const made = {
    id,
    taskId: id,
    text: input.text,
    at: now,
    kind: 'task' as const,
    send,
    blobs: blobs.map((blob) => blob.id),
  }
  const answer = await post(context, made, { keep: input.keep ?? false, blobs })
  if (!answer.ok) return answer
  const from = keys.keys.kid
  const head: TaskHead = { id, hostId: input.hostId, from, state: 'submitted', createdAt: now, updatedAt: now }
  return ok(answer.value ?? { head, grants: [] })
}
