import { visible } from '#client/display.ts'
import { connectControl } from '#host-agent/control/control-client.ts'
import { isErrorCode, refused } from '#protocol/errors.ts'
import type { TrustEntry } from '#protocol/statements/trust-entry.ts'
import { nextLine } from '../lines.ts'
import type { Output } from '../output.ts'
import type { AddVerb } from '../verb.ts'

type Name = { label: string; person: string } | null
type Branch = {
  entries: { entry: TrustEntry; by: string; name: Name }[]
  chosen: { by: string; name: Name } | null
}

/** `countersign team settle`: at the host, which of two branches of the trust log counts; an owner has chosen it on their phone, and its code is typed here. */
export const addTeamSettle: AddVerb = (program, run) => {
  program
    .command('settle')
    .description('at the host: confirm which of two trust logs counts, by the code that an owner’s device shows')
    .option('--json', 'one JSON object a line')
    .action((_options, command) =>
      run(command, async ({ home, stdin, stop }, output) => {
        const control = await connectControl(home.root)
        if (!control.ok) return control
        const { send, events, close } = control.value
        send({ verb: 'branches' })
        try {
          for await (const step of events) {
            if (step.event === 'branches') {
              const branches = step.branches as Branch[]
              tellBranches(output, step.n as number, branches)
              if (!branches.some(({ chosen }) => chosen))
                return refused('branch_code_wrong', 'No owner has chosen yet.')
              output.fact('confirm', {}, 'Type the code that the phone of the owner who has chosen shows:')
              send({ verb: 'settle', code: (await nextLine(stdin, stop)) ?? '' })
            } else if (step.event === 'settled') {
              output.fact('settled', { n: step.n, hash: step.hash }, 'It counts. This host works again.')
              return null
            } else if (step.event === 'refused' && isErrorCode(step.code)) return refused(step.code)
          }
          return refused('agent_failed', 'The host agent ended.')
        } finally {
          close()
        }
      }),
    )
}

function tellBranches(output: Output, n: number, branches: readonly Branch[]): void {
  output.hint(`From entry ${n} on the trust log has two branches. What only one of them says is:`)
  for (const [index, { entries, chosen }] of branches.entries()) {
    const said = entries.map(
      ({ entry, by, name }) =>
        `  ${entry.n}  ${what(entry)}, by ${nameOf(by, name)}, ${new Date(entry.at).toISOString()}`,
    )
    const by = chosen ? `${nameOf(chosen.by, chosen.name)} stands by it` : 'no owner stands by it yet'
    output.fact('branch', { branch: index + 1, entries, chosen }, [`Branch ${index + 1} (${by}):`, ...said].join('\n'))
  }
}

const nameOf = (kid: string, name: Name): string =>
  name ? `“${visible(name.label)}”${name.person === '' ? '' : ` of ${visible(name.person)}`} (${kid})` : kid

function what(entry: TrustEntry): string {
  switch (entry.type) {
    case 'AddDevice':
      return `lets the device ${entry.device.kid} in as ${entry.rights.role} up to tier ${entry.rights.maxTier}`
    case 'AddHost':
      return `lets the host ${entry.host.kid} in`
    case 'RemoveKey':
      return `takes ${entry.kid} out`
    case 'SetRights':
      return `makes ${entry.kid} ${entry.rights.role} up to tier ${entry.rights.maxTier}`
    case 'Invite':
      return `gives a word that ${entry.kid} may be ${entry.rights.role}`
    case 'RotateKey':
      return `gives ${entry.kid} the new keys ${entry.keys.kid}`
    case 'AddPasskey':
      return `states a passkey of ${entry.kid}`
    case 'SetPolicy':
      return `holds ${entry.host} to the policy ${entry.policyHash}`
    case 'Checkpoint':
      return 'stands by this branch'
    case 'Genesis':
      return 'founds the team'
  }
}
