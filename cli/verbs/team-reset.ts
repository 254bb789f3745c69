import { setTimeout as pause } from 'node:timers/promises'
import { connectControl } from '#host-agent/control/control-client.ts'
import { resetTeam } from '#host-agent/team/reset-team.ts'
import type { Home } from '../home.ts'
import { nextLine } from '../lines.ts'
import type { AddVerb } from '../verb.ts'

const word = 'reset'
const patienceMs = 10_000
const lookMs = 50

/**
 * `countersign team reset`: at the host, for whoever has lost the only owner's device. Ends every task, withdraws what waits, and leaves the team; nothing
 * that the old team ever approved is released any more.
 */
export const addTeamReset: AddVerb = (program, run) => {
  program
    .command('reset')
    .description('at the host: leave the team, when its only owner’s device is lost; then pair anew')
    .option('--yes', 'don’t ask')
    .option('--json', 'one JSON object a line')
    .action(({ yes }: { yes?: boolean }, command) =>
      run(command, async (world, output) => {
        output.hint(
          'This ends every task, withdraws every open approval and forgets the team, its devices and its rules. The log stays, put aside.',
        )
        if (!yes) {
          output.fact('confirm', { type: word }, `Type ${word} to go on:`)
          if ((await nextLine(world.stdin, world.stop)) !== word) {
            output.fact('team', { state: 'kept' }, 'It was not confirmed, so nothing was changed.')
            return 'unsuccessful'
          }
        }
        await endHostAgent(world.home)
        const left = await resetTeam(world.home.host, Date.now())
        if (!left.ok) return left
        const isRelayHere = await wantClaim(world.home)
        const { aside } = left.value
        output.fact(
          'team',
          { state: 'left', aside, claim: isRelayHere ? 'renewed' : 'wanted' },
          [
            `The team is left. What it was is in ${aside}.`,
            isRelayHere
              ? 'The relay on this machine admits a new team: start the host agent and pair.'
              : 'Have the relay admit a new team (npm run deploy -- -c claimEdition=2, or another number), start the host agent and pair.',
          ].join('\n'),
        )
        return null
      }),
    )
}

/** Everything ends first, and whoever still has a device of the team is told so where the relay can be reached. */
async function endHostAgent(home: Home): Promise<void> {
  const control = await connectControl(home.root)
  // None runs.
  if (!control.ok) return
  const { send, events } = control.value
  const isLate = AbortSignal.timeout(patienceMs)
  let isStopping = false
  send({ verb: 'stop-all' })
  // It hangs up when it has ended.
  for await (const { event, unsent } of events) {
    if (event === 'stopped-all') send({ verb: 'status' })
    if (event !== 'status' || isStopping) continue
    isStopping = unsent === 0 || isLate.aborted
    if (!isStopping) await pause(lookMs)
    send({ verb: isStopping ? 'stop' : 'status' })
  }
}

/** False: no relay has its data here. */
async function wantClaim(home: Home): Promise<boolean> {
  const { askForClaim } = await import('#local/claim.ts')
  return askForClaim(home.relay)
}
