import type { Check } from './checks.ts'
import { checkDevice, checkFolders, checkHost, checkNode, checkRelay } from './checks.ts'
import { urlOption } from './options.ts'
import { openTerminalDevice } from './terminal-device.ts'
import type { AddVerb } from './verb.ts'

/** `countersign doctor`: looks at this machine's state and says what is wrong and what to do. Changes nothing. */
export const addDoctor: AddVerb = (program, run) => {
  program
    .command('doctor')
    .description('look at this machine’s state and say what is wrong')
    .addOption(urlOption('--relay <url>', 'the relay to look for; default: the one this machine is paired at'))
    .option('--json', 'one JSON object a line')
    .action((options: { relay?: string }, command) =>
      run(command, async ({ home }, output) => {
        const checks: Check[] = [checkNode(), ...checkFolders(home), ...(await checkHost(home))]
        const device = await openTerminalDevice(home, options.relay ?? 'http://localhost:7780')
        checks.push(await checkDevice(device))
        if (device.ok) checks.push(...(await checkRelay(device.value.context.relay, Date.now())))
        for (const { name, state, detail } of checks) {
          output.fact('check', { name, state, detail }, `${marks[state]} ${name}: ${detail}`)
        }
        return checks.some(({ state }) => state === 'wrong') ? 'unsuccessful' : null
      }),
    )
}

const marks = { good: '✓', absent: '–', wrong: '✗' } as const
