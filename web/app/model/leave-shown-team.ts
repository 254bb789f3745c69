import { leaveTeam } from '../../shared/change-teams.ts'
import { readTeams } from '../../shared/web-teams.ts'
import type { Model } from './open-model.ts'

/** Deletes what this phone has of the team that is shown, its keys too, and starts anew. Whoever can't reach the relay leaves all the same: an owner takes the key out. */
export async function leaveShownTeam(model: Model): Promise<void> {
  await model.device.unsubscribe()
  model.close()
  await leaveTeam((await readTeams()).shown)
  window.location.replace('/')
}
