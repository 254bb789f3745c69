import { hostIdOf } from '#protocol/ids.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { loadKeys } from '../team/keys-file.ts'
import { openTeamPin } from '../team/team-pin.ts'

export type DeviceName = { label: string; person: string; personId: string | null }

/** This host's id, its team as it is pinned, where that was founded, and what people called their devices. Null when the host has no team or its files are damaged. */
export async function readNames(
  c: CryptoPort,
  home: string,
): Promise<{ hostId: string; team: TeamState; origin: string | null; nameOf(kid: string): DeviceName } | null> {
  const pin = await openTeamPin(c, home)
  const team = pin.ok ? pin.value.state() : null
  const keys = team ? await loadKeys(c, home) : null
  if (!pin.ok || !team || !keys?.ok) return null
  const names = pin.value.names()
  return {
    hostId: hostIdOf(keys.value.keys.kid),
    team,
    origin: pin.value.relay(),
    nameOf: (kid) => ({
      label: names[kid]?.label ?? '',
      person: names[kid]?.person ?? '',
      personId: team.keys.get(kid)?.rights?.person ?? null,
    }),
  }
}
