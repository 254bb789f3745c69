import * as z from 'zod/mini'
import { ulid } from './ulid.ts'

const ULID = '[0-9A-HJKMNP-TV-Z]{26}'
const ofUlid = (prefix: string) => z.string().check(z.regex(new RegExp(`^${prefix}_${ULID}$`)))
const ofHash = (prefix: string) => z.string().check(z.regex(new RegExp(`^${prefix}_[A-Za-z0-9_-]{43}$`)))

/** RFC 7638 thumbprint of a signing key: the identity of a device or a host; names are only labels. */
export const Kid = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/))
/** Hash of the team's Genesis. */
export const TeamId = ofHash('tm')
/** `hst_` and the kid of the host's signing key. */
export const HostId = ofHash('hst')
/** `blb_` and the SHA-256 of the stored ciphertext. */
export const BlobId = ofHash('blb')
export const PersonId = ofUlid('per')
export const TaskId = ofUlid('tsk')
export const ApprovalId = ofUlid('apr')
export const DecisionId = ofUlid('dec')
export const InputId = ofUlid('inp')
export const InboxId = ofUlid('inb')
/** `ses_` and a hash: a session of a script, or of an agent in a terminal, that no task was asked for. */
export const SessionId = ofHash('ses')
export const PushCheckId = ofUlid('chk')
/** 16 random bytes: who does not know it can't find the rendezvous. */
export const RendezvousId = z.string().check(z.regex(/^rdv_[A-Za-z0-9_-]{22}$/))
/** Names one request on a connection; chosen by its sender, echoed as `re`. */
export const FrameId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,32}$/))

export type UlidPrefix = 'per' | 'tsk' | 'apr' | 'dec' | 'inp' | 'inb' | 'chk'

/** A fresh id that sorts by the time it was made. `now` in epoch milliseconds. */
export const newId = (prefix: UlidPrefix, now: number): string => `${prefix}_${ulid(now)}`
export const hostIdOf = (kid: string): string => `hst_${kid}`
export const kidOfHost = (hostId: string): string => hostId.slice(4)
