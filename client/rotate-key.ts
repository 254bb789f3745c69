import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { makeRotateKey } from '#trust/trust-log.ts'
import { extendTeam } from './extend-team.ts'
import type { Rotation } from './finish-rotation.ts'
import { finishRotation } from './finish-rotation.ts'
import { listApprovals } from './list-approvals.ts'
import type { Device } from './open-device.ts'
import { flushOutbox } from './outbox.ts'
import { flushPosts } from './posts.ts'

/**
 * New keys for this device, which stays who it is: the old key signs the entry (RotateKey), and once the trust log has it the store switches over. What waits here is sent
 * before, and what is open is read, as both are bound to the old keys. Open the device anew afterwards. Errors: `relay_unreachable` (something is still unsent), those of
 * `extendTeam` and of the calls; the next keys are kept, and the next try or start goes on.
 */
export async function rotateKey(device: Device, rotation: Rotation): Promise<Result<{ kid: string }>> {
  const { context } = device
  const { crypto, keys } = context
  if ((await flushOutbox(context)).length > 0 || (await flushPosts(context)).length > 0)
    return refused('relay_unreachable', 'Something of this device is still unsent.')
  const seen = await listApprovals(context)
  if (!seen.ok) return seen
  const next = await rotation.keep.makeNext()
  const { kid } = keys.keys
  const told = await extendTeam(context, async (team, now) =>
    ok(team.keys.has(next.keys.kid) ? null : await makeRotateKey(crypto, keys, team, { kid, keys: next.keys, now })),
  )
  // From the entry on the old key is let in nowhere: whether it stands is asked by the next ones.
  if (await finishRotation(rotation)) return ok({ kid: next.keys.kid })
  return told.ok ? refused('trust_head_moved') : told
}
