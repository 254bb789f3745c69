import type { NewcomerNotice } from '#protocol/statements/newcomer.ts'
import { typ } from '#protocol/statements/typ.ts'
import { headerOf, signStatement } from '#trust/jws.ts'
import { sealPush } from '#trust/push.ts'
import { devicesOf, type TeamState } from '#trust/trust-log.ts'
import type { HostContext } from '../context.ts'

/** Whoever does not look for a week sees it in the app. Seconds. */
const TTL = 7 * 86_400

/** Pushes to every other device that one was let in, so that a stolen owner's key can't do it unseen. `before`: the team as this host knew it until now. */
export async function tellNewcomers(context: HostContext, before: TeamState, team: TeamState): Promise<void> {
  const { crypto, keys, clock, hostId, relay, log } = context
  const names = context.team.names()
  for (const { keys: newcomer } of devicesOf(team).filter(({ keys: { kid } }) => !before.keys.has(kid))) {
    const signers = new Set(team.entries.slice(before.entries.length).map(signerOf))
    const others = devicesOf(team).filter(({ keys: { kid } }) => kid !== newcomer.kid && !signers.has(kid))
    if (others.length === 0) continue
    const { label = '', person = '' } = names[newcomer.kid] ?? {}
    const said: NewcomerNotice = {
      v: 1,
      aud: team.teamId,
      host: hostId,
      device: newcomer.kid,
      label,
      person,
      iat: clock.now(),
    }
    const push = await sealPush(crypto, {
      id: `newcomer-${newcomer.kid}`,
      to: others.map((device) => device.keys),
      statement: await signStatement(crypto, keys, typ.newcomer, said),
      ttl: TTL,
      urgency: 'high',
    })
    const told = push && (await relay.call('notice.push', { body: { push } }))
    if (told && !told.ok) log('newcomer.untold', { code: told.code })
  }
}

const signerOf = (entry: string): string | null => {
  const header = headerOf(entry)
  return header.ok ? header.value.kid : null
}
