import type { Control } from '#host-agent/control/control-client.ts'
import { connectControl } from '#host-agent/control/control-client.ts'
import { isErrorCode, refused } from '#protocol/errors.ts'
import { onLines } from '../lines.ts'
import type { Output } from '../output.ts'
import { tellPairing } from '../tell-pairing.ts'
import type { AddVerb, Outcome, World } from '../verb.ts'

/** `countersign pair`: the running host agent offers to pair; the six digits are typed here. */
export const addPair: AddVerb = (program, run) => {
  program
    .command('pair')
    .description('on a host: show a QR code and a link, and read the code that the device then shows')
    .option('--json', 'one JSON object a line')
    .action((_options: object, command) =>
      run(command, async (world, output) => {
        const control = await connectControl(world.home.root)
        if (!control.ok) return control
        const hangUp = () => control.value.close()
        world.stop.addEventListener('abort', hangUp)
        const stopListening = onLines(world.stdin, (code) => {
          if (code !== '') control.value.send({ verb: 'code', code: code.slice(0, 40) })
        })
        try {
          return await follow(control.value, world, output)
        } finally {
          stopListening()
          hangUp()
        }
      }),
    )
}

/** Ends with the offer: paired, or refused. An offer that ran out is made again while somebody looks. */
async function follow(control: Control, { isTerminal, stop }: World, output: Output): Promise<Outcome> {
  control.send({ verb: 'pair' })
  let offered = false
  for await (const step of control.events) {
    if (step.event === 'refused' && offered) {
      const code = isErrorCode(step.code) ? step.code : 'internal'
      if (code === 'rendezvous_expired') control.send({ verb: 'pair' })
      else if (code !== 'rendezvous_not_found')
        return refused(code, typeof step.detail === 'string' ? step.detail : undefined)
      if (code === 'rendezvous_not_found') output.refuse(refused(code))
      continue
    }
    if (!pairingSteps.has(step.event)) continue
    tellPairing(output, step, { isTerminal })
    if (step.event === 'offer') offered = true
    if (step.event === 'paired') return null
  }
  return stop.aborted ? null : refused('agent_failed', 'The host agent ended.')
}

const pairingSteps = new Set(['offer', 'locked', 'code-wrong', 'asking', 'paired'])
