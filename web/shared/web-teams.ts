import { openIdbStore } from './idb-store.ts'

/** A team of this browser: each has a store of its own, with keys of its own. `place` is that IndexedDB's name; `name` is for the person, empty until it is paired. */
export type WebTeam = { place: string; name: string }
/** `shown`: the place of the team that the app shows now. */
export type WebTeams = { shown: string; all: readonly WebTeam[] }

const INDEX = 'countersign-teams'
const KEY = 'teams'
/** Where the first team is: all that most people ever have. */
export const firstTeam: WebTeam = { place: 'countersign', name: '' }
const none: WebTeams = { shown: firstTeam.place, all: [firstTeam] }

const openIndex = () => openIdbStore(INDEX)

export const readTeams = async (): Promise<WebTeams> => (await (await openIndex()).get<WebTeams>(KEY)) ?? none

/** Those that count: one that has no name yet is only being joined. */
export const pairedOf = ({ shown, all }: WebTeams): readonly WebTeam[] =>
  all.filter(({ place, name }) => name !== '' || place === shown)

/** Writes which teams there are. */
export async function changeTeams(next: (teams: WebTeams) => WebTeams | undefined): Promise<void> {
  await (await openIndex()).update<WebTeams>(KEY, (old = none) => next(old))
}

/** From the next start on the app shows this team; a place that there is not changes nothing. */
export const showTeam = (place: string): Promise<void> =>
  changeTeams((teams) => (teams.all.some((team) => team.place === place) ? { ...teams, shown: place } : undefined))
