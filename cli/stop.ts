import { connectControl } from '#host-agent/control-client.ts'
import { refused } from '#protocol/errors.ts'
import type { AddVerb } from './verb.ts'

/** `countersign stop`: on a host, ends every task at once and lets none begin. */
export const addStop: AddVerb = (program, run) => {
  program
    .command('stop')
    .description('on a host: end every task at once and lock it, until countersign unlock')
    .option('--json', 'one JSON object a line')
    .action((_options, command) =>
      run(command, async ({ home }, output) => {
        const control = await connectControl(home.root)
        if (!control.ok) return control
        const { send, events, close } = control.value
        send({ verb: 'stop-all' })
        for await (const { event, ended } of events) {
          if (event !== 'stopped-all') continue
          close()
          output.fact(
            'stopped',
            { locked: true, tasks: ended },
            `${ended} tasks ended. The host is locked: countersign unlock`,
          )
          return null
        }
        return refused('agent_failed', 'The host agent ended.')
      }),
    )
}
