import { listWitnesses } from '#client/witness.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign audit witness`: what this device has seen of each host's log, to be compared at the host. */
export const addAuditWitness: AddVerb = (audit, run) => {
  audit
    .command('witness')
    .description('on a device: say what it has seen of each host’s log, for audit verify at the host')
    .option('--json', 'one JSON object a line')
    .action((_options, command) =>
      run(command, ({ home }, output) =>
        asDevice(home, async (device) => {
          // What the hosts say now is taken in first; without the relay what was seen before still counts.
          await device.hosts()
          const witnesses = await listWitnesses(device.context.store)
          for (const { host, head, at, broken } of witnesses) {
            const alarm = broken
              ? `  ✗ later it signed ${broken.head.n}:${broken.head.hash}: rolled back or rewritten`
              : ''
            output.fact(
              'witness',
              { host, head, at, broken: broken ?? null },
              `${host}  ${head.n}:${head.hash}${alarm}`,
            )
          }
          if (witnesses.length === 0) output.hint('This device has seen no host’s log yet.')
          return witnesses.some(({ broken }) => broken) ? 'unsuccessful' : null
        }),
      ),
    )
}
