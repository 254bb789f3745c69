import { hostname } from 'node:os'
import { invite } from '#client/invite.ts'
import { listHosts } from '#client/list-hosts.ts'
import type { Device } from '#client/open-device.ts'
import { refused } from '#protocol/errors.ts'
import { isOwner } from '#trust/team-state.ts'
import { onLines } from '../lines.ts'
import type { Output } from '../output.ts'
import { addRightsFlags, type RightsFlags, rightsFrom } from '../rights-options.ts'
import { teamNames } from '../team-names.ts'
import { tellPairing } from '../tell-pairing.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb, Outcome, World } from '../verb.ts'

type Flags = RightsFlags & { own?: boolean }

/** `countersign team invite`: an owner's terminal lets another device into the team, side by side: shows a link and reads the code that the other shows. */
export const addTeamInvite: AddVerb = (program, run) => {
  addRightsFlags(
    program
      .command('invite')
      .description(
        'on an owner’s terminal: let another device into the team; shows a link, and reads the code that the device then shows. Without options: an approver up to tier 2 for every host',
      ),
  )
    .option(
      '--own',
      'it is a further device of yours: your person, with your rights where nothing else is said (an owner’s begins as an approver where two persons are owners: --role approver)',
    )
    .option('--json', 'one JSON object a line')
    .action((flags: Flags, command) =>
      run(command, (world, output) => asDevice(world.home, (device) => inviteHere(device, { world, output, flags }))),
    )
}

type Here = { world: World; output: Output; flags: Flags }

async function inviteHere({ context, kid }: Device, { world, output, flags }: Here): Promise<Outcome> {
  const synced = await context.team.sync(context.relay)
  if (!synced.ok) return synced
  const key = synced.value.keys.get(kid)
  // Said before somebody stands there with a phone in the hand.
  if (!key?.rights || !isOwner(key)) return refused('trust_entry_refused')
  const hosts = await listHosts(context)
  if (!hosts.ok) return hosts
  const { person, ...own } = key.rights
  const rights = rightsFrom(flags.own ? own : { role: 'approver', hosts: '*', maxTier: 2 }, flags, hosts.value)
  if (!rights.ok) return rights

  const typed = typedCodes(world)
  const step = (event: string, fields: object) => tellPairing(output, { event, ...fields }, world)
  try {
    const invited = await invite(context, {
      rights: { ...rights.value, ...(flags.own ? { person } : {}) },
      name: teamNames(hosts.value)[kid]?.person || hostname(),
      appOrigin: context.relay.origin,
      signal: world.stop,
      onLink: (offer) => step('offer', offer),
      onLocked: (newcomer) => step('locked', newcomer),
      onWrongCode: (left) => step('code-wrong', { left }),
      nextCode: typed.next,
    })
    if (!invited.ok) return invited
    const { kid: newcomer, label, person: personName } = invited.value
    step('invited', { kid: newcomer, label, person: personName })
    return null
  } finally {
    typed.stop()
  }
}

/** Lines that are typed, also those that come before they are asked for; only digits count, as on a phone. */
function typedCodes({ stdin }: World) {
  const waiting: ((code: string) => void)[] = []
  const early: string[] = []
  const stop = onLines(stdin, (line) => {
    const code = line.replace(/\D/g, '')
    if (line === '') return
    const take = waiting.shift()
    if (take) take(code)
    else early.push(code)
  })
  const next = () => {
    const code = early.shift()
    return code === undefined ? new Promise<string>((resolve) => waiting.push(resolve)) : Promise.resolve(code)
  }
  return { next, stop }
}
