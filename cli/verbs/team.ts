import type { AddVerb } from '../verb.ts'
import { addTeamInvite } from './team-invite.ts'
import { addTeamName } from './team-name.ts'
import { addTeamRemove } from './team-remove.ts'
import { addTeamReset } from './team-reset.ts'
import { addTeamRights } from './team-rights.ts'
import { addTeamRotate } from './team-rotate.ts'
import { addTeamSettle } from './team-settle.ts'
import { addTeamShow } from './team-show.ts'
import { addTeamUnpair } from './team-unpair.ts'

/** `countersign team …`: who may approve what, who else may, and the way out when nobody can any more. */
export const addTeam: AddVerb = (program, run) => {
  const team = program.command('team').description('who may approve what, and the way out when nobody can any more')
  const verbs = [
    addTeamShow,
    addTeamInvite,
    addTeamRights,
    addTeamName,
    addTeamRemove,
    addTeamRotate,
    addTeamUnpair,
    addTeamSettle,
    addTeamReset,
  ]
  for (const add of verbs) add(team, run)
}
