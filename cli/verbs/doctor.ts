import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { refused } from '#protocol/errors.ts'
import { DEFAULT_RELAY } from '../default-relay.ts'
import { checkAgents } from '../doctor/check-agents.ts'
import { checkHostAgent } from '../doctor/check-host-agent.ts'
import { checkSandbox } from '../doctor/check-sandbox.ts'
import type { Check } from '../doctor/checks.ts'
import { checkDevice, checkFiles, checkFolders, checkHost, checkNode, checkRelay } from '../doctor/checks.ts'
import { urlOption } from '../options.ts'
import { strangerAt } from '../stranger-at.ts'
import { openTerminalDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign doctor`: looks at this machine's state and says what is wrong and what to do. Changes nothing. */
export const addDoctor: AddVerb = (program, run) => {
  program
    .command('doctor')
    .description('look at this machine’s state and say what is wrong')
    .addOption(urlOption('--relay <url>', 'the relay to look for; default: the one this machine is paired at'))
    .option('--json', 'one JSON object a line')
    .action((options: { relay?: string }, command) =>
      run(command, async ({ home, env }, output) => {
        const sandbox = await checkSandbox(env)
        const { relay: hostsRelay, ...hostAgent } = await checkHostAgent(home.root)
        const checks: Check[] = [
          checkNode(),
          ...checkFolders(home),
          ...(await checkHost(home)),
          ...(await checkFiles(home)),
          hostAgent,
          sandbox,
          ...(await checkAgents(env, home.host, sandbox.state === 'good')),
        ]
        const device = existsSync(join(home.device, 'keys.json'))
          ? await openTerminalDevice(home)
          : refused('not_paired')
        checks.push(await checkDevice(device))
        const named = options.relay ?? hostsRelay ?? (device.ok ? device.value.context.relay.origin : undefined)
        checks.push(...(await checkRelay(await strangerAt(named ?? DEFAULT_RELAY), named !== undefined, Date.now())))
        for (const { name, state, detail } of checks) {
          output.fact('check', { name, state, detail }, `${marks[state]} ${name}: ${detail}`)
        }
        return checks.some(({ state }) => state === 'wrong') ? 'unsuccessful' : null
      }),
    )
}

const marks = { good: '✓', absent: '–', wrong: '✗' } as const
