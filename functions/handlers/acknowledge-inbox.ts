import { ok, refused } from '#protocol/errors.ts'
import type { FrameHandler } from './pipeline/frames.ts'

/** The host has what these items say in its own journal. */
export const acknowledgeInbox: FrameHandler<'inbox.ack'> = async ({ id, items }, { caller }, { inbox }) => {
  if (caller.role !== 'host') return refused('role_refused')
  await inbox.acknowledge(caller.teamId, caller.hostId, items)
  return ok({ type: 'ok', re: id })
}
