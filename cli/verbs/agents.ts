import { Option } from 'commander'
import { type AgentFacts, agents, findAgent, howToInstall } from '#host-agent/agents/agents.ts'
import { signedIn } from '#host-agent/agents/signed-in.ts'
import { checkAndKeep } from '#host-agent/canary/findings.ts'
import { type Governed, howGoverned } from '#host-agent/canary/governed.ts'
import { findProgram } from '#host-agent/files.ts'
import { loadModels } from '#host-agent/models/models-file.ts'
import { findTools } from '#host-agent/sandbox/linux/system.ts'
import { refused } from '#protocol/errors.ts'
import { privateFolder } from '../home.ts'
import { hostEnvironment } from '../host-environment.ts'
import type { Output } from '../output.ts'
import type { AddVerb, World } from '../verb.ts'

/** `countersign agents`: which coding agents are here, and whether each is known to ask before it acts; with `--check NAME` that is tried out. */
export const addAgents: AddVerb = (program, run) => {
  program
    .command('agents')
    .description('on a host: the coding agents of this machine, and whether each asks before it acts')
    .addOption(
      new Option(
        '--check <name>',
        'try it out: a scripted model makes the installed program try two things, and both are denied',
      ),
    )
    .option('--json', 'one JSON object a line')
    .action((options: { check?: string }, command) =>
      run(command, async (world, output) => {
        if (options.check === undefined) {
          await tellAll(world, output)
          return null
        }
        const facts = findAgent(options.check)
        if (!facts) return refused('agent_unknown', `Known are: ${agents.map(({ name }) => name).join(', ')}.`)
        const path = world.env.PATH ?? ''
        const found = await findProgram(facts.command, path, '/')
        if (!found) return refused('agent_unknown', `${facts.title} is not installed: ${howToInstall(facts)}`)
        output.hint(`${facts.title} works for a scripted model now; this takes up to a few minutes.`)
        await checkAndKeep(privateFolder(world.home.host), facts, found, { path, now: Date.now() })
        const seen = await howGoverned(world.home.host, facts, path)
        tell(world, output, facts, seen)
        return seen.is === 'governed' ? null : 'unsuccessful'
      }),
    )
}

async function tellAll(world: World, output: Output): Promise<void> {
  const { home, env } = world
  for (const facts of agents) tell(world, output, facts, await howGoverned(home.host, facts, env.PATH ?? ''))
  const models = await loadModels(home.host)
  if (!models.ok) output.refuse(models)
  for (const { name, models: list } of (models.ok && models.value.readers) || []) {
    const why = `The host itself reads for it, and it can do nothing else: ${list.map(({ model }) => model).join(', ')}.`
    output.fact(
      'agent',
      { name, registry: null, title: name, state: 'governed', version: null, why },
      `${name.padEnd(18)} ${'governed'.padEnd(11)} ${why}`,
    )
  }
}

/** Where a sandbox can be, tasks are in it. */
const isIsolated = process.platform === 'linux' && findTools().ok

/** Whether it asks, as far as that is known, and whether it may use its model as this host would start it. */
function tell({ env, home }: World, output: Output, facts: AgentFacts, seen: Governed): void {
  const { name, registry, title, mode } = facts
  const { is: state, version, why, checkedAt } = seen
  const { isSignedIn, says } = signedIn(facts, hostEnvironment(env, home.host), isIsolated)
  const isThere = seen.program !== null
  const fact = {
    name,
    registry,
    title,
    state,
    version,
    mode,
    why,
    checkedAt,
    ...(isThere ? { isSignedIn, login: says } : {}),
  }
  const label = `${name}${version ? ` ${version}` : ''}`
  const checked = checkedAt === null ? '' : ` (${new Date(checkedAt).toISOString().slice(0, 10)})`
  output.fact('agent', fact, `${label.padEnd(18)} ${state.padEnd(11)} ${why}${checked}${isThere ? ` ${says}` : ''}`)
}
