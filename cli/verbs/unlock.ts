import { connectControl } from '#host-agent/control/control-client.ts'
import { refused } from '#protocol/errors.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign unlock`: at the host, and only there: it takes tasks again. */
export const addUnlock: AddVerb = (program, run) => {
  program
    .command('unlock')
    .description('at the host: take tasks again after everything was stopped')
    .option('--json', 'one JSON object a line')
    .action((_options, command) =>
      run(command, async ({ home }, output) => {
        const control = await connectControl(home.root)
        if (!control.ok) return control
        const { send, events, close } = control.value
        send({ verb: 'unlock' })
        for await (const { event, changed } of events) {
          if (event !== 'unlocked') continue
          close()
          output.fact('unlocked', { changed }, changed ? 'It takes tasks again.' : 'It was not locked.')
          return null
        }
        return refused('agent_failed', 'The host agent ended.')
      }),
    )
}
