import { visible } from '#client/display.ts'
import { connectControl } from '#host-agent/control/control-client.ts'
import { refused } from '#protocol/errors.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign code`: on a host, the digits of each approval that wants them typed on a device. They are shown here and written nowhere. */
export const addCode: AddVerb = (program, run) => {
  program
    .command('code')
    .description('on a host: show the codes that approvals here ask for, to be typed on the device')
    .option('--json', 'one JSON object a line')
    .action((_options: object, command) =>
      run(command, async (world, output) => {
        const control = await connectControl(world.home.root)
        if (!control.ok) return control
        control.value.send({ verb: 'approval-codes' })
        for await (const step of control.value.events) {
          if (step.event !== 'approval-codes') continue
          control.value.close()
          const codes = step.codes as { approvalId: string; code: string; command: string }[]
          for (const { approvalId, code, command: line } of codes)
            output.fact('code', { approval: approvalId, code }, `${code}  ${approvalId}  ${visible(line)}`)
          if (codes.length === 0) output.hint('No approval on this host asks for a code.')
          return null
        }
        return refused('agent_failed', 'The host agent ended.')
      }),
    )
}
