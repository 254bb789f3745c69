import type { IncomingHttpHeaders } from 'node:http'
import type { Urgency } from './registrations.ts'

/** The limit of all real services; RFC 8030 section 7.2 lets nobody refuse less. */
export const maxBodyBytes = 4_096

const urgencies: readonly string[] = ['very-low', 'low', 'normal', 'high'] satisfies Urgency[]
const isUrgency = (text: string): text is Urgency => urgencies.includes(text)

export type PushFields = { ttl: number; urgency: Urgency; topic: string | null; body: Buffer | null }

export type FieldsCheck = { ok: true; fields: PushFields } | { ok: false; status: 400 | 413 | 415; why: string }

const no = (status: 400 | 413 | 415, why: string): FieldsCheck => ({ ok: false, status, why })

/** Reads TTL, Urgency and Topic (RFC 8030 section 5) and the encoding and size of the body. */
export function checkPush(headers: IncomingHttpHeaders, body: Buffer): FieldsCheck {
  const { ttl, topic, urgency = 'normal' } = headers
  if (typeof ttl !== 'string' || !/^\d{1,9}$/.test(ttl)) return no(400, 'TTL is required: whole seconds')
  if (body.length > maxBodyBytes) return no(413, `${body.length} bytes are more than ${maxBodyBytes}`)
  if (body.length > 0 && headers['content-encoding'] !== 'aes128gcm') return no(415, 'only aes128gcm is understood')
  if (topic !== undefined && (typeof topic !== 'string' || !/^[\w-]{1,32}$/.test(topic))) {
    return no(400, 'a Topic has up to 32 characters of base64url')
  }
  if (typeof urgency !== 'string' || !isUrgency(urgency)) return no(400, 'unknown Urgency')
  return { ok: true, fields: { ttl: Number(ttl), urgency, topic: topic ?? null, body: body.length > 0 ? body : null } }
}
