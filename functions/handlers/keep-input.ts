import type { Envelope } from '#protocol/envelope.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { InboxItem } from '#protocol/records.ts'
import { contentHash } from '../domain/content-hash.ts'
import type { HttpPorts } from '../ports/ports.ts'
import type { DeviceCaller } from './pipeline/http.ts'
import { inboxFrame, tellHost } from './tell.ts'

type Input = { id: string; sealed: Envelope; taskId: string | null }

/** Lays a device's input into a host's inbox and says so. */
export async function keepInput(
  ports: HttpPorts,
  caller: DeviceCaller,
  to: { hostId: string; hint: string | null },
  input: Input,
): Promise<Result<Record<never, never>>> {
  const { inbox, clock, newInboxId } = ports
  const { teamId, kid: from } = caller
  const { id: inputId, sealed, taskId } = input
  if (sealed.from !== from) return refused('envelope_invalid')
  if ((await inbox.count(teamId, to.hostId, limits.inboxItems)) >= limits.inboxItems) return refused('inbox_full')
  const now = clock.now()
  const item: InboxItem = { kind: 'input', id: newInboxId(now), inputId, taskId, from, sealed, at: now }
  const hash = contentHash({ ...to, hint: null, taskId, from, sealed })
  if ((await inbox.addInput(teamId, to.hostId, item, hash)) === 'id_reused') return refused('id_reused')
  await tellHost(ports, { teamId, ...to }, inboxFrame(item))
  return ok({})
}
