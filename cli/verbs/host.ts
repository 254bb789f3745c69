import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { visible } from '#client/display.ts'
import type { HostEvent } from '#host-agent/main.ts'
import type { SandboxWish } from '#host-agent/sandbox/host-sandbox.ts'
import { type ErrorCode, errors } from '#protocol/errors.ts'
import { collectWhenIdle } from '../collect-when-idle.ts'
import type { Home } from '../home.ts'
import { privateFolder } from '../home.ts'
import { addHostFlags, type HostFlags, mistakeIn } from '../host-flags.ts'
import { nextLine, onLines } from '../lines.ts'
import { stderrLog } from '../log.ts'
import { type Output, sentence } from '../output.ts'
import { capsFrom, isLimited } from '../sandbox-options.ts'
import { strangerAt } from '../stranger-at.ts'
import { tellPairing } from '../tell-pairing.ts'
import { until } from '../until.ts'
import type { AddVerb, World } from '../verb.ts'
import { addHostInstall } from './host-install.ts'
import { addHostUninstall } from './host-uninstall.ts'

/** `countersign host`: the host agent of this machine, until Ctrl-C. While nothing is paired it offers to pair, and reads the typed code from standard input. */
export const addHost: AddVerb = (program, run) => {
  const command: Command = program
    .command('host')
    .description('run the host agent: this machine takes tasks, and asks before it does what the policy does not allow')
  addHostInstall(command, run)
  addHostUninstall(command, run)
  addHostFlags(command)
    .option('--json', 'one JSON object a line')
    .action((options: HostFlags) =>
      run(command, async (world, output) => {
        const wish = sandboxWish(options)
        const problem = mistakeIn(options)
        if (problem) return problem
        const { startHost } = await import('#host-agent/main.ts')
        privateFolder(world.home.host)
        const log = stderrLog(world.env)
        const claim = await readClaim(world, output, options.relay)
        const collected = collectWhenIdle(
          globalThis.gc && (() => globalThis.gc?.({ type: 'major', flavor: 'last-resort' })),
        )
        const started = await startHost({
          home: world.home.root,
          relayUrl: options.relay,
          ...(options.name === undefined ? {} : { name: options.name }),
          projects: options.project ?? [process.cwd()],
          ...(options.agent === undefined ? {} : { agent: options.agent }),
          ...(options.agentCommand === undefined ? {} : { agentCommand: options.agentCommand }),
          ...(options.agentTitle === undefined ? {} : { agentTitle: options.agentTitle }),
          ...(options.pass === undefined ? {} : { pass: options.pass }),
          ...(options.allowUnproven ? { allowUnproven: true } : {}),
          ...(options.policy === undefined ? {} : { policyPath: options.policy }),
          ...(claim === undefined ? {} : { claim }),
          sandbox: wish,
          environment: world.env,
          log,
          onEvent(event) {
            collected(event)
            tell(output, world, event)
          },
        })
        if (!started.ok) return started
        const host = started.value
        const [project] = host.projects
        const facts = {
          host: host.hostId,
          project: project?.path,
          agent: host.defaultAgent,
          sandbox: host.sandbox,
          paired: host.paired(),
        }
        output.fact(
          'host',
          { state: 'ready', ...facts },
          `Host agent ${host.hostId} runs ${visible(host.agentTitle)} in ${project?.path}; its tasks are ${host.sandbox}.`,
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

/** What limits agents would be nothing without a sandbox, so it asks for one. */
function sandboxWish(options: HostFlags): SandboxWish {
  const caps = capsFrom(options)
  const { firewallStrict = false, allow, read, write, allowRoot = false, sandbox } = options
  return {
    mode: sandbox === false ? 'off' : sandbox || isLimited(options) ? 'required' : 'usual',
    firewallStrict,
    caps,
    allow,
    readRoots: read.map((path) => resolve(path)),
    writeRoots: write.map((path) => resolve(path)),
    allowRoot,
  }
}

function tell(output: Output, { isTerminal }: World, event: HostEvent): void {
  if (event.event === 'connection')
    output.fact('connection', { state: event.state, ...(event.code ? { code: event.code } : {}) }, null)
  else if (event.event === 'released')
    output.fact('released', { approval: event.approvalId }, `${event.approvalId} released`)
  else if (event.event === 'task')
    output.fact('task', { task: event.taskId, state: event.state }, `${event.taskId} ${event.state}`)
  else if (event.event === 'unprotected') {
    const { code, detail } = event
    output.fact('unprotected', { code, ...(detail === undefined ? {} : { detail }) }, unprotectedText(event))
  } else if (event.event === 'halted') {
    const { code, detail } = event
    output.fact('halted', { code, detail }, `Nothing is taken and nothing is released. ${sentence(code, detail)}`)
  } else tellPairing(output, event, { isTerminal })
}

const unprotectedText = ({ code, detail }: { code: ErrorCode; detail?: string }) =>
  `Agents work without a sandbox, with this user’s rights: ${errors[code][1]}${detail ? ` (${detail})` : ''}`

/** A relay on this machine leaves its claim code in a file that the host reads; of one elsewhere it has to be typed, once. */
async function readClaim(
  { home, env, stdin, stop }: World,
  output: Output,
  relay: string,
): Promise<string | undefined> {
  if (env.COUNTERSIGN_CLAIM) return env.COUNTERSIGN_CLAIM
  if (isKnownHere(home) || !((await isUnclaimed(relay)) || hasLeftTeam(home))) return undefined
  output.fact('claim', { state: 'wanted', relay }, 'Type the claim code that this relay printed when it was deployed:')
  return (await nextLine(stdin, stop)) || undefined
}

const isKnownHere = (home: Home) => existsSync(join(home.host, 'team.json')) || existsSync(join(home.relay, 'claim'))

/** countersign team reset puts the old team's folder aside: whoever did that needs a claim code that is new. */
const hasLeftTeam = ({ root }: Home) => readdirSync(root).some((name) => name.startsWith('host-before-'))

async function isUnclaimed(url: string): Promise<boolean> {
  const relay = await strangerAt(url)
  const place = await relay.call('relay.read', { tries: 1 })
  return place.ok && !place.value.claimed
}
