import { Argument, Option } from 'commander'
import { hookAgents } from '#host-agent/hooks/hook-agents.ts'
import { HookAgent } from '#host-agent/hooks/hook-event.ts'
import { installHook, uninstallHook } from '#host-agent/hooks/install-hook.ts'
import { systemClock } from '#link/clock.ts'
import { refused } from '#protocol/errors.ts'
import { answerHook } from '../answer-hook.ts'
import { privateFolder } from '../home.ts'
import { launcher } from '../own-files.ts'
import type { AddVerb } from '../verb.ts'

type Options = { install?: boolean; uninstall?: boolean; answer?: boolean; headless?: boolean; state?: string }

/** `countersign hook`: puts sessions that somebody starts in a terminal under the host's gate, by the agent's own hooks; with `--answer` it is the hook itself. */
export const addHook: AddVerb = (program, run) => {
  program
    .command('hook')
    .description('on a host: sessions that somebody starts in a terminal ask like tasks do, by the agent’s own hooks')
    .addArgument(new Argument('<agent>', 'whose').choices(HookAgent.options))
    .option('--install', 'add the hooks to the agent’s settings; one of this and --uninstall has to be said')
    .option('--uninstall', 'take out exactly what was added')
    .option(
      '--headless',
      'with --install, for sessions at which nobody sits (claude -p): people are asked on their devices alone',
    )
    .addOption(new Option('--answer', 'the hook itself: reads what the agent says from standard input').hideHelp())
    .addOption(new Option('--state <dir>', 'the host agent’s COUNTERSIGN_HOME').hideHelp())
    .option('--json', 'one JSON object a line')
    .action((agent: HookAgent, options: Options, command) =>
      run(command, async ({ home, env, stdin }, output) => {
        const { install, uninstall, answer, headless = false, state = home.root } = options
        if ([install, uninstall, answer].filter(Boolean).length !== 1)
          return refused('usage', 'say --install or --uninstall')
        if (answer)
          return {
            exitCode: await answerHook({
              agent,
              home: state,
              headless,
              stdin,
              stdout: process.stdout,
              clock: systemClock,
            }),
          }
        const { title, after } = hookAgents[agent]
        const place = { agent, environment: env, folder: privateFolder(home.host) }
        if (uninstall) {
          const uninstalled = uninstallHook(place)
          if (!uninstalled.ok) return uninstalled
          const path = uninstalled.value
          const text = path ? `The hooks are out of ${path}.` : `There are no hooks of ours in ${title}’s settings.`
          output.fact('hook', { agent, state: 'uninstalled', path }, text)
          return null
        }
        const installed = await installHook({ ...place, headless, command: commandLine(agent, headless, home.root) })
        if (!installed.ok) return installed
        const path = installed.value
        output.fact('hook', { agent, state: 'installed', path, headless }, `The hooks are in ${path}. ${after}`)
        return null
      }),
    )
}

/** By full paths: an agent's environment may know neither Node.js nor us. */
function commandLine(agent: HookAgent, headless: boolean, home: string): string {
  const program = [process.execPath, launcher].map(quote).join(' ')
  return `${program} hook ${agent} --answer${headless ? ' --headless' : ''} --state ${quote(home)}`
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`
