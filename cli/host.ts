import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { HostEvent } from '#host-agent/main.ts'
import type { Home } from './home.ts'
import { privateFolder } from './home.ts'
import { nextLine, onLines } from './lines.ts'
import { stderrLog } from './log.ts'
import { urlOption } from './options.ts'
import type { Output } from './output.ts'
import { strangerAt } from './stranger-at.ts'
import { tellPairing } from './tell-pairing.ts'
import { until } from './until.ts'
import { DEFAULT_PORT } from './up.ts'
import type { AddVerb, World } from './verb.ts'

export const DEFAULT_RELAY = `http://localhost:${DEFAULT_PORT}`

type Options = { relay: string; project?: string[]; agent?: string; agentCommand?: string; policy?: string }

/** `countersign host`: the host agent of this machine, until Ctrl-C. While nothing is paired it offers to pair, and reads the typed code from standard input. */
export const addHost: AddVerb = (program, run) => {
  program
    .command('host')
    .description('run the host agent: this machine takes tasks, and asks before it does what the policy does not allow')
    .addOption(urlOption('--relay <url>', 'the relay’s public address').default(DEFAULT_RELAY))
    .option('--project <dir>', 'a folder in which tasks may work, more than once if needed; default: this one', collect)
    .option(
      '--agent <name>',
      'claude, codex, gemini, opencode, qwen, copilot or command; default: the first that is installed',
    )
    .option('--agent-command <cmd>', 'command line of any other agent that speaks ACP')
    .option('--policy <file>', 'the rules that answer without a person; default: host/policy.yaml in COUNTERSIGN_HOME')
    .option('--json', 'one JSON object a line')
    .action((options: Options, command) =>
      run(command, async (world, output) => {
        const { startHost } = await import('#host-agent/main.ts')
        privateFolder(world.home.host)
        const log = stderrLog(world.env)
        const claim = await readClaim(world, output, options.relay)
        const started = await startHost({
          home: world.home.root,
          relayUrl: options.relay,
          projects: options.project ?? [process.cwd()],
          ...(options.agent === undefined ? {} : { agent: options.agent }),
          ...(options.agentCommand === undefined ? {} : { agentCommand: options.agentCommand }),
          ...(options.policy === undefined ? {} : { policyPath: options.policy }),
          ...(claim === undefined ? {} : { claim }),
          environment: world.env,
          log,
          onEvent: (event) => tell(output, world, event),
        })
        if (!started.ok) return started
        const host = started.value
        const [project] = host.projects
        const facts = { host: host.hostId, project: project?.path, agent: host.defaultAgent, paired: host.paired() }
        output.fact(
          'host',
          { state: 'ready', ...facts },
          `Host agent ${host.hostId} runs ${host.defaultAgent} in ${project?.path}.`,
        )
        const stopListening = onLines(world.stdin, (line) => {
          const typed = line === '' ? null : host.typeCode(line)
          if (typed && !typed.ok) output.refuse(typed)
        })
        if (!host.paired()) void host.offerPairing({ keep: true })
        await Promise.race([until(world.stop), host.stopAsked])
        stopListening()
        await host.stop()
        output.fact('host', { state: 'stopped', host: host.hostId }, null)
        return null
      }),
    )
}

const collect = (path: string, before: string[] = []) => [...before, path]

function tell(output: Output, { isTerminal }: World, event: HostEvent): void {
  if (event.event === 'connection')
    output.fact('connection', { state: event.state, ...(event.code ? { code: event.code } : {}) }, null)
  else if (event.event === 'released')
    output.fact('released', { approval: event.approvalId }, `${event.approvalId} released`)
  else if (event.event === 'task')
    output.fact('task', { task: event.taskId, state: event.state }, `${event.taskId} ${event.state}`)
  else tellPairing(output, event, { isTerminal })
}

/** A relay on this machine leaves its claim code in a file that the host reads; of one elsewhere it has to be typed, once. */
async function readClaim(
  { home, env, stdin, stop }: World,
  output: Output,
  relay: string,
): Promise<string | undefined> {
  if (env.COUNTERSIGN_CLAIM) return env.COUNTERSIGN_CLAIM
  if (isKnownHere(home) || !(await isUnclaimed(relay))) return undefined
  output.fact('claim', { state: 'wanted', relay }, 'Type the claim code that this relay printed when it was deployed:')
  return (await nextLine(stdin, stop)) || undefined
}

const isKnownHere = (home: Home) => existsSync(join(home.host, 'team.json')) || existsSync(join(home.relay, 'claim'))

async function isUnclaimed(url: string): Promise<boolean> {
  const relay = await strangerAt(url)
  const place = await relay.call('relay.read', { tries: 1 })
  return place.ok && !place.value.claimed
}
