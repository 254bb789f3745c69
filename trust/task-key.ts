import type { Grant, SealedBatch } from '#protocol/envelope.ts'
import { SealedBatch as SealedBatchSchema } from '#protocol/envelope.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { PublicJwk, PublicKeys } from '#protocol/keys.ts'
import type { EventBatch } from '#protocol/statements/events.ts'
import { ReadBatch, TaskEvent } from '#protocol/statements/events.ts'
import { typ } from '#protocol/statements/typ.ts'
import { concat, fromBase64url, textOf, toBase64url, utf8 } from './bytes.ts'
import { canonicalJson } from './canonical.ts'
import type { CryptoPort } from './crypto.ts'
import { signStatement, verifyStatement } from './jws.ts'
import type { KeyPair } from './keys.ts'
import { BUCKETS, pad, unpad } from './padding.ts'
import { unwrapKey, wrapKey } from './wrap.ts'

const NONCE = 12

/** The key of a task's log: 32 random bytes as base64url. */
export const newTaskKey = (c: CryptoPort): string => toBase64url(c.random(32))

type BatchHeader = Pick<SealedBatch, 'v' | 'taskId' | 'seq' | 'epoch' | 'from'>
const aadOf = ({ v, taskId, seq, epoch, from }: BatchHeader): Uint8Array =>
  utf8(`countersign batch\0${canonicalJson({ v, taskId, seq, epoch, from })}`)

export type BatchToSeal = { taskId: string; seq: number; epoch: number; taskKey: string; batch: EventBatch }

/** Signs one numbered batch and seals it under the task's key. Throws when it exceeds the largest bucket: cut it before. */
export async function sealBatch(
  c: CryptoPort,
  from: KeyPair,
  { taskId, seq, epoch, taskKey, batch }: BatchToSeal,
): Promise<SealedBatch> {
  const padded = pad(utf8(await signStatement(c, from, typ.events, batch)), BUCKETS)
  if (!padded) throw new RangeError('A batch of events does not fit an envelope')
  const header: BatchHeader = { v: 1, taskId, seq, epoch, from: from.keys.kid }
  const nonce = c.random(NONCE)
  const ct = await c.aesSeal(keyBytes(taskKey), nonce, aadOf(header), padded)
  return { ...header, ct: toBase64url(concat(nonce, ct)) }
}

function keyBytes(taskKey: string): Uint8Array {
  const bytes = fromBase64url(taskKey)
  if (bytes?.length !== 32) throw new RangeError('A task key has 32 bytes')
  return bytes
}

export type BatchToOpen = { sealed: unknown; taskKey: string; hostKey: PublicJwk; team: string }

/** `newer`: how many of its events are of a form that this program does not know; they are left out. */
export type OpenedBatch = EventBatch & { newer: number }

/** Opens a batch and verifies that the host signed it for this team, task and number. Errors: `envelope_invalid`, `envelope_unreadable`, `statement_invalid`. */
export async function openBatch(
  c: CryptoPort,
  { sealed, taskKey, hostKey, team }: BatchToOpen,
): Promise<Result<OpenedBatch>> {
  const read = SealedBatchSchema.safeParse(sealed)
  if (!read.success) return refused('envelope_invalid')
  const { taskId, seq, from, ct } = read.data
  const [key, bytes] = [fromBase64url(taskKey), fromBase64url(ct)]
  if (key?.length !== 32 || !bytes) return refused('envelope_unreadable')
  const padded = await c.aesOpen(key, bytes.subarray(0, NONCE), aadOf(read.data), bytes.subarray(NONCE))
  const content = padded && unpad(padded)
  const statement = content && textOf(content)
  if (!statement) return refused('envelope_unreadable')
  const batch = await verifyStatement(c, {
    jws: statement,
    typ: typ.events,
    schema: ReadBatch,
    key: hostKey,
    kid: from,
  })
  if (!batch.ok) return batch
  const { aud, task, seq: signedSeq } = batch.value
  if (aud !== team || task !== taskId || signedSeq !== seq) return refused('statement_invalid', 'batch')
  const parsed = batch.value.events.map((event) => TaskEvent.safeParse(event))
  const events = parsed.flatMap(({ data }) => (data ? [data] : []))
  return ok({ ...batch.value, events, newer: parsed.length - events.length })
}

export type ToGrant = { from: KeyPair; to: PublicKeys; taskId: string; epoch: number; taskKey: string }

/** The task's key for one device. */
export async function makeGrant(c: CryptoPort, { from, to, taskId, epoch, taskKey }: ToGrant): Promise<Grant> {
  const grantor = from.keys.kid
  return {
    kid: to.kid,
    epoch,
    from: grantor,
    wrap: await wrapKey(c, keyBytes(taskKey), to.seal, { use: 'grant', id: taskId, from: grantor, kid: to.kid, epoch }),
  }
}

/** The task's key out of a grant. Errors: `envelope_not_for_me`, `envelope_unreadable`. */
export async function openGrant(
  c: CryptoPort,
  pair: KeyPair,
  taskId: string,
  { kid, epoch, from, wrap }: Grant,
): Promise<Result<string>> {
  if (kid !== pair.keys.kid) return refused('envelope_not_for_me')
  const key = await unwrapKey(c, pair, wrap, { use: 'grant', id: taskId, from, kid, epoch })
  return key?.length === 32 ? ok(toBase64url(key)) : refused('envelope_unreadable')
}
