import { idsOf } from '#client/list-approvals.ts'
import type { Device } from '#client/open-device.ts'
import { readSettled } from '#client/read-settled.ts'
import { knownWaitingCards } from '../../shared/known.ts'
import { openWebDevice } from '../../shared/open-web-device.ts'
import { subscribePush } from '../../shared/subscribe-push.ts'
import { readTeams } from '../../shared/web-teams.ts'

/** A team of this browser that is not shown, and how many of its approvals wait for an answer. */
export type OtherTeam = { place: string; name: string; waiting: number }

/** Runs for each team of this browser but the one that is shown, as that team's device; one that can't be opened is left out. */
async function forOthers(run: (device: Device, team: { place: string; name: string }) => Promise<void>): Promise<void> {
  const { shown, all } = await readTeams()
  for (const team of all) {
    if (team.place === shown) continue
    const opened = await openWebDevice(team.place).catch(() => null)
    if (opened?.ok && opened.value.team()) await run(opened.value, team)
  }
}

/** What waits in the other teams: what the relay says, or what is known here where it can't be reached. */
export async function readOtherTeams(): Promise<OtherTeam[]> {
  const others: OtherTeam[] = []
  await forOthers(async (device, { place, name }) => {
    const at = device.context.clock.now()
    const listed = await device.approvals()
    if (listed.ok) await readSettled(device.context, { at, ids: idsOf(listed.value) })
    others.push({ place, name, waiting: (await knownWaitingCards(device)).length })
  })
  return others
}

/** How many wait in the other teams, as far as is known here. */
export async function countInOthers(): Promise<number> {
  let count = 0
  await forOthers(async (device) => {
    count += (await knownWaitingCards(device)).length
  })
  return count
}

/** One push address serves all teams of this browser: the relay is told it for each, or that there is none any more. */
export async function tellAddress(isOn: boolean): Promise<void> {
  const registration = await navigator.serviceWorker.ready
  await forOthers(async (device) => {
    await (isOn ? subscribePush(device, registration.pushManager) : device.unsubscribe())
  })
}
