import type { Rights } from '#protocol/statements/trust-entry.ts'
import { generateKeys } from '#trust/keys.ts'
import { makeAddDevice } from '#trust/trust-log.ts'
import { webCrypto } from '#trust/web-crypto.ts'
import { type HostWorld, must } from './host-world.ts'
import { newDevice } from './new-device.ts'

/** A further device of a person, admitted by the owner's signature; `at` other than now for one that has been there for long. */
export async function addMember(
  { device: owner, relay }: HostWorld,
  { at = Date.now(), ...rights }: Pick<Rights, 'person'> & Partial<Rights> & { at?: number },
) {
  const { context } = owner
  const keys = await generateKeys(webCrypto, { extractable: false })
  const team = must(await owner.syncTeam())
  const entry = await makeAddDevice(webCrypto, context.keys, team, {
    device: keys.keys,
    rights: { role: 'approver', hosts: '*', maxTier: 2, ...rights },
    now: at,
  })
  must(await context.relay.call('trust.append', { body: { entry } }))
  const member = await newDevice(relay.origin, keys)
  must(await member.context.team.pin(must(await owner.syncTeam()), relay.origin))
  return member
}
