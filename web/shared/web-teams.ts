import { deleteDB } from 'idb'
import { forgetTeam } from '#client/forget-team.ts'
import { post } from './bulletin.ts'
import { openIdbStore } from './idb-store.ts'
import { unmarkPaired } from './paired-mark.ts'

/** A team of this browser: each has a store of its own, with keys of its own. `place` is that IndexedDB's name; `name` is for the person, empty until it is paired. */
export type WebTeam = { place: string; name: string }
/** `shown`: the place of the team that the app shows now. */
export type WebTeams = { shown: string; all: readonly WebTeam[] }

const INDEX = 'countersign-teams'
const KEY = 'teams'
/** Where the first team is: all that most people ever have. */
const first: WebTeam = { place: 'countersign', name: '' }
const none: WebTeams = { shown: first.place, all: [first] }

const openIndex = () => openIdbStore(INDEX)

export const readTeams = async (): Promise<WebTeams> => (await (await openIndex()).get<WebTeams>(KEY)) ?? none

async function change(next: (teams: WebTeams) => WebTeams | undefined): Promise<void> {
  await (await openIndex()).update<WebTeams>(KEY, (old = none) => next(old))
}

/** From the next start on the app shows this team; a place that there is not changes nothing. */
export const showTeam = (place: string): Promise<void> =>
  change((teams) => (teams.all.some((team) => team.place === place) ? { ...teams, shown: place } : undefined))

/** A place for one more team, shown from the next start on. */
export const addTeam = (): Promise<void> =>
  change(({ all }) => {
    const place = `${first.place}-${crypto.randomUUID().slice(0, 8)}`
    return { shown: place, all: [...all, { place, name: '' }] }
  })

/** Two teams that would be called alike are told apart by a number. */
export const nameTeam = (place: string, wanted: string): Promise<void> =>
  change((teams) => {
    const taken = new Set(teams.all.filter((team) => team.place !== place).map(({ name }) => name))
    let name = wanted
    for (let n = 2; taken.has(name); n += 1) name = `${wanted} (${n})`
    return { ...teams, all: teams.all.map((team) => (team.place === place ? { ...team, name } : team)) }
  })

/** Deletes what this browser has of a team, its keys too, and shows another. Close what is open of it first. */
export async function leaveTeam(place: string): Promise<void> {
  await change(({ shown, all }) => {
    const rest = all.filter((team) => team.place !== place)
    const left = rest.length > 0 ? rest : [first]
    return { shown: shown === place ? (left[0] as WebTeam).place : shown, all: left }
  })
  await unmarkPaired(place).catch(() => undefined)
  post({ type: 'left', place })
  // Its keys are gone at once; the empty store goes when nobody has it open any more.
  await forgetTeam(await openIdbStore(place))
  void deleteDB(place)
}
