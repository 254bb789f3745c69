import * as z from 'zod/mini'
import { Millis, text } from '../encoding.ts'
import { HostId, InputId, Kid, TaskId, TeamId } from '../ids.ts'
import { limits } from '../limits.ts'
import { Attachments } from './attachment.ts'
import { Chosen } from './choices.ts'

/** Where a task works. */
export const Place = z.enum(['worktree', 'project'])
export type Place = z.infer<typeof Place>

/** What becomes of an ended task's worktree. */
export const Ending = z.enum(['apply', 'keep', 'push', 'pull-request', 'discard'])
export type Ending = z.infer<typeof Ending>

const Finish = z.strictObject({ task: TaskId, how: Ending })
export type Finish = z.infer<typeof Finish>

/** A piece of work asked for: `countersign.task`, signed by the device, sealed to the host. */
export const TaskRequest = z.strictObject({
  v: z.literal(1),
  id: TaskId,
  aud: HostId,
  team: TeamId,
  text: text(limits.taskTextChars),
  /** Path or name of one of the host's projects; absent means the host's first. */
  project: z.optional(text(4_096)),
  /** Agent by name; absent means the host's default. */
  agent: z.optional(text(80)),
  /** The agent reads and plans, and changes nothing before its plan is approved; absent means that it begins at once. */
  planFirst: z.optional(z.boolean()),
  /** `worktree`: in a folder and branch of its own, where the project is a git repository with a commit. Absent or `project`: in the project's folder. */
  place: z.optional(Place),
  /** The work is to end the worktree of another task, which has ended: then `agent` and `project` mean nothing. */
  finish: z.optional(Finish),
  /** Goes on where this ended task of the same host stopped: in its agent's session, its project and its worktree; then `agent`, `project` and `place` mean nothing. */
  continues: z.optional(TaskId),
  /** Goes on in this session of the chosen agent's, as a listing names it, in the project's folder: then `place` means nothing, and with `continues` it does not. One that the agent does not know is refused. Absent: in one of its own. */
  session: z.optional(text(limits.sessionIdChars)),
  /** Pictures that belong to the text. */
  attachments: z.optional(Attachments),
  /** Model, mode and effort of the agent's session. Absent: as the agent has them. One that it does not offer, or in which it would not ask, is refused. */
  choose: z.optional(Chosen),
  /** The host's route by which the device chose agent and model, by its name. Absent: a person chose, so where the agent fails no other takes its place. */
  route: z.optional(text(60)),
  /** 32 bytes, made by the submitting device: the key of this task's log. */
  taskKey: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
  iat: Millis,
})
export type TaskRequest = z.infer<typeof TaskRequest>

/** What a device tells a host afterwards: `countersign.input`. `task` is null for what concerns the whole host. */
export const Input = z.strictObject({
  v: z.literal(1),
  id: InputId,
  aud: HostId,
  team: TeamId,
  task: z.nullable(TaskId),
  kind: z.enum([
    'prompt',
    'cancel',
    'interrupt',
    'resume',
    'ping',
    'stop-all',
    'revoke-rule',
    'name-device',
    'name-host',
    'set-option',
    'list-sessions',
  ]),
  /** Of a prompt its words; of `revoke-rule` the rule's id; of `name-host` what people call the host (at most 80 characters); of `resume` without a task the session's. */
  text: z.optional(text(limits.taskTextChars)),
  /** Pictures of a prompt. */
  attachments: z.optional(Attachments),
  /** Of `name-device`: what people call a device of the team. A device names itself, an owner's any. */
  name: z.optional(z.strictObject({ kid: Kid, label: text(80), person: text(80) })),
  /** Of `list-sessions`: whose sessions, in which project, named as in a task. Absent, and each absent name: the host's first. Answered in the host's status, by this input's id. */
  list: z.optional(z.strictObject({ agent: z.optional(text(80)), project: z.optional(text(4_096)) })),
  /** Of `set-option`: what is chosen anew for the running session. */
  choose: z.optional(Chosen),
  iat: Millis,
})
export type Input = z.infer<typeof Input>
