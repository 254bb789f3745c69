import { visible } from '#client/display.ts'
import type { TeamDecision } from '#client/open-decisions.ts'
import { presentKeys, type TeamState } from '#trust/team-state.ts'
import type { Output } from './output.ts'
import { nameOf, type TeamNames } from './team-names.ts'

/** What somebody's device has said of an approval; what the host makes of it comes as its receipt. */
export function tellDecided(output: Output, names: TeamNames, approvalId: string, decision: TeamDecision): void {
  const { id, device, person, answer, reason } = decision
  const said = `${answer}${reason === undefined ? '' : `: “${visible(reason)}”`}`
  output.fact(
    'decided',
    { approval: approvalId, decision: id, device, person, answer, ...(reason === undefined ? {} : { reason }) },
    `${approvalId}  ${nameOf(names, device)} said ${said}`,
  )
}

/** Who came into the team and who left it between two looks at its log. Everybody is told: a device that nobody knows is found by that. */
export function tellTeamChange(output: Output, names: TeamNames, before: TeamState | null, now: TeamState): void {
  if (!before) return
  const were = new Set(presentKeys(before).map(({ keys }) => keys.kid))
  const are = presentKeys(now)
  for (const { kind, keys, rights } of are.filter((key) => !were.has(key.keys.kid))) {
    const { kid } = keys
    const may = rights ? `, as ${rights.role} up to tier ${rights.maxTier}` : ''
    const undo = `If nobody knows it: countersign team remove ${kid}`
    output.fact('joined', { kid, kind, ...(rights ?? {}) }, `NEW: the ${kind} ${kid} is in the team${may}. ${undo}`)
  }
  const stay = new Set(are.map(({ keys }) => keys.kid))
  for (const kid of were) if (!stay.has(kid)) output.fact('left', { kid }, `${nameOf(names, kid)} is out of the team.`)
}
