import { deleteDB } from 'idb'
import { forgetTeam } from '#client/forget-team.ts'
import { post } from './bulletin.ts'
import { openIdbStore } from './idb-store.ts'
import { unmarkPaired } from './paired-mark.ts'
import type { WebTeam } from './web-teams.ts'
import { changeTeams, firstTeam } from './web-teams.ts'

/** A place for one more team, shown from the next start on. */
export const addTeam = (): Promise<void> =>
  changeTeams(({ all }) => {
    const place = `${firstTeam.place}-${crypto.randomUUID().slice(0, 8)}`
    return { shown: place, all: [...all, { place, name: '' }] }
  })

/** Two teams that would be called alike are told apart by a number. */
export const nameTeam = (place: string, wanted: string): Promise<void> =>
  changeTeams((teams) => {
    const taken = new Set(teams.all.filter((team) => team.place !== place).map(({ name }) => name))
    let name = wanted
    for (let n = 2; taken.has(name); n += 1) name = `${wanted} (${n})`
    return { ...teams, all: teams.all.map((team) => (team.place === place ? { ...team, name } : team)) }
  })

/** Deletes what this browser has of a team, its keys too, and shows another. Close what is open of it first. */
export async function leaveTeam(place: string): Promise<void> {
  await changeTeams(({ shown, all }) => {
    const rest = all.filter((team) => team.place !== place)
    const left = rest.length > 0 ? rest : [firstTeam]
    return { shown: shown === place ? (left[0] as WebTeam).place : shown, all: left }
  })
  await unmarkPaired(place).catch(() => undefined)
  post({ type: 'left', place })
  // Its keys are gone at once; the empty store goes when nobody has it open any more.
  await forgetTeam(await openIdbStore(place))
  void deleteDB(place)
}
