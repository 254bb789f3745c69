import { invite } from '#client/invite.ts'
import type { Device } from '#client/open-device.ts'
import { type PairInput, pair } from '#client/pair.ts'
import type { HostWorld } from './agents/host-world.ts'

type Role = Parameters<typeof invite>[1]['rights']

/** The owner's device invites this newcomer and types what it shows; `typed` changes that on its way. */
export async function inviteNow(
  world: HostWorld,
  newcomer: Device,
  rights: Role,
  person: string,
  typed: readonly ((code: string) => string)[] = [(code) => code],
) {
  const link = Promise.withResolvers<string>()
  const code = Promise.withResolvers<string>()
  const wrong: number[] = []
  let tries = 0
  const inviting = invite(world.device.context, {
    rights,
    name: 'Tester',
    appOrigin: world.relay.origin,
    signal: new AbortController().signal,
    onLink: (offer) => link.resolve(offer.link),
    onLocked: () => {},
    onWrongCode: (left) => wrong.push(left),
    nextCode: async () => (typed[tries++] as (code: string) => string)(await code.promise),
  })
  const input: PairInput = { link: await link.promise, label: `${person}’s phone`, person, onCode: code.resolve }
  const [invited, joined] = await Promise.all([inviting, pair(newcomer.context, input)])
  return { invited, joined, wrong }
}
