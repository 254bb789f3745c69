import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { kidOfHost, newId } from '#protocol/ids.ts'
import type { Input } from '#protocol/statements/task.ts'
import { typ } from '#protocol/statements/typ.ts'
import { sealTo } from '#trust/envelope.ts'
import { signStatement } from '#trust/jws.ts'
import type { SealedAttachments } from './attach.ts'
import type { Context } from './context.ts'
import { post } from './posts.ts'

/** `taskId` null concerns the whole host. `prompt` carries text; `cancel` ends the task; `interrupt` its present turn. */
export type SendInput = {
  hostId: string
  taskId: string | null
  kind: Input['kind']
  text?: string
  name?: Input['name']
  /** Pictures of a prompt. */
  attachments?: SealedAttachments
  choose?: Input['choose']
  list?: Input['list']
  /** Kept here until the relay has it: see `post`. */
  keep?: boolean
}

/** Tells a host something about a task or about itself. Kept in the host's inbox until it acts on it. Errors: `host_not_found`, those of the call. */
export async function sendInput(
  context: Context,
  { hostId, taskId, kind, text, name, attachments, choose, list, keep = false }: SendInput,
): Promise<Result<{ id: string }>> {
  const { crypto, keys, clock } = context
  const team = context.team.need()
  if (!team.ok) return team
  const host = team.value.keys.get(kidOfHost(hostId))
  if (host?.kind !== 'host' || host.removedAt !== null) return refused('host_not_found')
  const now = clock.now()
  const id = newId('inp', now)
  const { named = [], blobs = [] } = attachments ?? {}
  const input: Input = {
    v: 1,
    id,
    aud: hostId,
    team: team.value.teamId,
    task: taskId,
    kind,
    ...(text === undefined ? {} : { text }),
    ...(name === undefined ? {} : { name }),
    ...(named.length > 0 ? { attachments: [...named] } : {}),
    ...(choose === undefined ? {} : { choose }),
    ...(list === undefined ? {} : { list }),
    iat: now,
  }
  const statement = await signStatement(crypto, keys, typ.input, input)
  const body = { id, sealed: await sealTo(crypto, { id, kind: 'input', from: keys, to: [host.keys], statement }) }
  const send =
    taskId === null
      ? ({ route: 'host.input', params: { hostId }, body } as const)
      : ({ route: 'task.input', params: { id: taskId }, body } as const)
  const made = { id, taskId, text: text ?? null, at: now, kind, send, blobs: blobs.map((blob) => blob.id) }
  const answer = await post(context, made, { keep, blobs })
  return answer.ok ? ok({ id }) : answer
}
