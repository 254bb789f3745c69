import * as z from 'zod/mini'
import { base64url, Hash, text } from '../encoding.ts'
import { HostId } from '../ids.ts'
import { PublicKeys } from '../keys.ts'
import { Form } from './form.ts'
import { Passkey } from './passkey.ts'
import { Plan } from './plan.ts'
import { Rights, Tier } from './trust-entry.ts'

const paths = text(4_096)
/** Device and inode as decimal strings: they exceed what JSON numbers hold. */
export const Folder = z.strictObject({ path: paths, dev: text(24), ino: text(24) })
export type Folder = z.infer<typeof Folder>

/** `before`/`after`: SHA-256 of the content; null means absent; undefined (the field is missing) means not known. */
export const TouchedFile = z.strictObject({
  path: paths,
  change: z.enum(['read', 'create', 'modify', 'delete']),
  before: z.optional(z.nullable(Hash)),
  after: z.optional(z.nullable(Hash)),
})
export type TouchedFile = z.infer<typeof TouchedFile>

export const OperationKind = z.enum([
  'command',
  'edit',
  'delete',
  'fetch',
  'tool',
  'plan',
  'question',
  'add-device',
  'sandbox',
  'policy',
  'gate',
])
export type OperationKind = z.infer<typeof OperationKind>

/**
 * One thing an agent asks to do, built by the host from the agent's real tool input, never from its words. Hashed as JCS (RFC 8785), so every string is
 * byte-exact. It holds no call ids, pids or ports: the same operation asked again after a restart has the same digest.
 */
export const Operation = z.strictObject({
  v: z.literal(1),
  kind: OperationKind,
  host: HostId,
  /** Which driver and agent ask: `acp:gemini`, `command`, `gate`, `host`. */
  driver: text(80),
  /** exact: what was signed is what runs. fenced: the sandbox and git keep the agent to it. */
  binding: z.enum(['exact', 'fenced']),
  cwd: Folder,
  /** The exact tool input with secrets redacted, as JSON text. */
  input: text(65_536),
  /** The command as it will be handed to the shell, or null where there is none. */
  command: z.nullable(text(32_768)),
  /** The words of one parsed simple command; null where it is not one. */
  argv: z.nullable(z.array(text(8_192)).check(z.maxLength(256))),
  executable: z.nullable(z.strictObject({ path: paths, sha256: Hash })),
  /** SHA-256 of the environment that the command gets; null where the agent runs it itself. */
  environment: z.nullable(Hash),
  files: z.array(TouchedFile).check(z.maxLength(500)),
  /** Network hosts named by the operation. */
  hosts: z.array(text(255)).check(z.maxLength(50)),
  tier: Tier,
  /** Why this tier: plain sentences of the host's own. */
  why: z.array(text(200)).check(z.maxLength(10)),
  /** What could not be inspected, e.g. `curl … | sh`; empty means everything was. */
  uninspectable: z.array(text(200)).check(z.maxLength(10)),
  /** Redacted secrets in order of their placeholders: salted commitments SHA-256(salt ‖ secret). */
  secrets: z.array(z.strictObject({ placeholder: text(40), commitment: Hash })).check(z.maxLength(100)),
  /** Only for `add-device`: whom the host asks an owner to admit. The label is the newcomer's own word. */
  newcomer: z.optional(
    z.strictObject({ device: PublicKeys, label: text(80), rights: Rights, passkey: z.optional(Passkey) }),
  ),
  /** Only for `plan`: what `files` does not say of it. */
  plan: z.optional(Plan),
  /** Only for `question`: what the agent wants to know. Nothing runs by its answer; the agent is told it. */
  form: z.optional(Form),
})
export type Operation = z.infer<typeof Operation>

export const Nonce = base64url(44)
export const Digest = Hash
