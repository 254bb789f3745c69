import { storeBlob } from '#link/store-blob.ts'
import type { ErrorCode, Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { BodyOf, ParamsOf } from '#protocol/http.ts'
import type { TaskView } from '#protocol/records.ts'
import type { Input } from '#protocol/statements/task.ts'
import type { SealedBlob } from './attach.ts'
import type { Context } from './context.ts'
import { sendPatiently } from './patience.ts'

type Send =
  | { route: 'task.submit'; body: BodyOf<'task.submit'> }
  | { route: 'task.input'; params: ParamsOf<'task.input'>; body: BodyOf<'task.input'> }
  | { route: 'host.input'; params: ParamsOf<'host.input'>; body: BodyOf<'host.input'> }

/**
 * A sealed task or input that the relay does not have yet, kept under `post/ID`: its ids are in it, so that sending it twice is harmless. `text` is what the person wrote, for
 * this device's own screen. `blobs`: ids of sealed pictures that go to the blob store before it, kept under `post-blob/ID`. `code`: the relay will not take it, and says why; it stays until the person has seen that.
 */
export type Post = {
  id: string
  taskId: string | null
  text: string | null
  at: number
  send: Send
  /** What it asks for, for this device's own screen: `text` may be nothing but an id. Absent in what an older version kept. */
  kind?: 'task' | Input['kind']
  blobs?: string[]
  code?: ErrorCode
}

/** After these nothing is lost by waiting. Everything else the relay says again. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'relay_unreachable',
  'unavailable',
  'internal',
  'too_many_requests',
  'inbox_full',
  'proof_expired',
])

const keyOf = (id: string) => `post/${id}`
const blobAt = (id: string) => `post-blob/${id}`

/** Everything that waits here, oldest first. */
export const listPosts = async ({ store }: Pick<Context, 'store'>): Promise<Post[]> =>
  (await store.list<Partial<Post> | null>('post/'))
    .map(({ value }) => value)
    .filter(isReadable)
    .sort((a, b) => a.at - b.at)

/** What can't be read can't be sent either, and holds up nothing. */
const isReadable = (made: Partial<Post> | null): made is Post =>
  typeof made?.id === 'string' && typeof made.at === 'number' && typeof made.send?.route === 'string'

/** Whether a task or an input is still to be sent. */
export async function isWaiting({ store }: Pick<Context, 'store'>, id: string): Promise<boolean> {
  const made = await store.get<Post>(keyOf(id))
  return made !== undefined && made.code === undefined
}

export async function dropPost({ store }: Context, id: string): Promise<void> {
  const { blobs = [] } = (await store.get<Post>(keyOf(id))) ?? {}
  await store.delete(keyOf(id))
  for (const blob of blobs) await store.delete(blobAt(blob))
}

/**
 * Sends a task or an input. With `keep` it is stored before, and a relay that can't be reached, or takes longer than the device's patience, is no refusal: `flushPosts` sends it later, and the value is null; what already
 * waits for the same task goes before it. Errors: those of the call.
 */
export async function post(
  context: Context,
  made: Post,
  { keep, blobs = [] }: { keep: boolean; blobs?: readonly SealedBlob[] },
): Promise<Result<TaskView | null>> {
  if (!keep) return call(context, made.send, blobs)
  // Other tasks' pictures hold up nothing: least of all a word that stops a host.
  const waits = (await waitingPosts(context)).some(({ taskId }) => taskId !== null && taskId === made.taskId)
  // First, so that what is listed to be sent is whole.
  for (const { id, ciphertext } of blobs) await context.store.put(blobAt(id), ciphertext)
  await context.store.put<Post>(keyOf(made.id), made)
  if (waits) return sendInTurn(context, made)
  const sent = await sendPatiently(context, call(context, made.send, blobs), (late) => note(context, made.id, late))
  if (!sent || (!sent.ok && passing.has(sent.code))) return ok(null)
  await dropPost(context, made.id)
  return sent
}

/** What came of sending what is kept: it is there no more, stays with the relay's reason, or waits on. */
async function note(context: Context, id: string, sent: Result<unknown>): Promise<void> {
  if (sent.ok) await dropPost(context, id)
  else if (!passing.has(sent.code))
    await context.store.update<Post>(keyOf(id), (old) => old && { ...old, code: sent.code })
}

async function sendInTurn(context: Context, { id, taskId }: Post): Promise<Result<null>> {
  await sendPatiently(context, flushPosts(context, { taskId }))
  const code = (await context.store.get<Post>(keyOf(id)))?.code
  if (code === undefined) return ok(null)
  await dropPost(context, id)
  return refused(code)
}

const waitingPosts = async (context: Context): Promise<Post[]> =>
  (await listPosts(context)).filter(({ code }) => code === undefined)

/** Sends what waits, in its order: a word to a task never overtakes the task. `taskId`: what concerns that task only. Returns what of it still waits. */
export async function flushPosts(context: Context, only?: Pick<Post, 'taskId'>): Promise<Post[]> {
  const waiting = (await waitingPosts(context)).filter(({ taskId }) => only === undefined || taskId === only.taskId)
  for (const [index, each] of waiting.entries()) {
    // Dropped while what is before it was sent.
    if (!(await context.store.get(keyOf(each.id)))) continue
    const blobs: SealedBlob[] = []
    for (const id of each.blobs ?? []) {
      const ciphertext = await context.store.get<Uint8Array<ArrayBuffer>>(blobAt(id))
      if (ciphertext) blobs.push({ id, ciphertext })
    }
    const sent = await call(context, each.send, blobs)
    await note(context, each.id, sent)
    if (!sent.ok && passing.has(sent.code)) return waiting.slice(index)
  }
  return []
}

async function call({ relay }: Context, send: Send, blobs: readonly SealedBlob[]): Promise<Result<TaskView | null>> {
  for (const { id, ciphertext } of blobs) {
    const stored = await storeBlob(relay, id, ciphertext)
    if (!stored.ok) return stored
  }
  if (send.route === 'task.submit') return relay.call('task.submit', { body: send.body })
  const told =
    send.route === 'task.input'
      ? await relay.call('task.input', { params: send.params, body: send.body })
      : await relay.call('host.input', { params: send.params, body: send.body })
  return told.ok ? ok(null) : refused(told.code, told.detail)
}
