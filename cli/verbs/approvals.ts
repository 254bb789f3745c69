import type { ApprovalCard } from '#client/read-approval.ts'
import { followSettlement } from '#client/settle-fork.ts'
import { readTeamNames } from '../team-names.ts'
import { tellApproval } from '../tell-approval.ts'
import { tellDecided, tellTeamChange } from '../tell-watched.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign approvals`: what waits for a person, verified; with `--watch` also what comes and what becomes of it. */
export const addApprovals: AddVerb = (program, run) => {
  program
    .command('approvals')
    .description('show what waits for a person')
    .option('--watch', 'stay, and show what comes, who says what, what becomes of it, and who joins the team')
    .option('--json', 'one JSON object a line')
    .action((options: { watch?: boolean }, command) =>
      run(command, (world, output) =>
        asDevice(world.home, async (device) => {
          const list = await device.approvals()
          if (!list.ok) return list
          let names = await readTeamNames(device.context, output)
          const rename = async () => {
            names = { ...names, ...(await readTeamNames(device.context, output)) }
          }
          let team = device.team()
          const shown = new Map<string, string>()
          const tell = (card: ApprovalCard) => {
            const news = JSON.stringify([card.state, card.decision?.state, card.receipt?.outcome])
            if (shown.get(card.id) === news) return
            shown.set(card.id, news)
            tellApproval(output, card, { names, now: device.context.relay.now() })
          }
          for (const card of list.value.cards) tell(card)
          for (const { id, code } of list.value.unreadable)
            output.fact('unreadable', { approval: id, code }, `${id}: ${code}`)
          if (!options.watch) {
            if (shown.size === 0) output.hint('Nothing waits for a person.')
            return null
          }
          const live = device.connect()
          const reread = async () => {
            const again = await device.approvals()
            if (again.ok) for (const card of again.value.cards) tell(card)
          }
          live.on((event) => {
            if (event.type === 'approval') tell(event.card)
            else if (event.type === 'decided') tellDecided(output, names, event.approvalId, event.decision)
            else if (event.type === 'team') {
              tellTeamChange(output, names, team, event.team)
              team = event.team
            } else if (event.type === 'host') void rename()
            else if (event.type === 'forked') {
              output.fact(
                'forked',
                {},
                'FROZEN: owners have signed two different trust logs. See: countersign team show',
              )
              void followSettlement(device.context)
            } else if (event.type === 'synced') void reread()
            else if (event.type === 'connection') output.fact('connection', { state: event.state.is }, null)
          })
          if (!world.stop.aborted)
            await new Promise((resolve) => world.stop.addEventListener('abort', resolve, { once: true }))
          return null
        }),
      ),
    )
}
