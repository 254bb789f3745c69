import { Option } from 'commander'
import { type AgentFacts, agents, findAgent } from '#host-agent/agents/agents.ts'
import { checkAndKeep, findingFor } from '#host-agent/canary/findings.ts'
import { programFiles } from '#host-agent/canary/program-files.ts'
import { findProgram } from '#host-agent/files.ts'
import { refused } from '#protocol/errors.ts'
import { privateFolder } from './home.ts'
import type { Output } from './output.ts'
import type { AddVerb, World } from './verb.ts'

/** `countersign agents`: which coding agents are here, and whether each is known to ask before it acts; with `--check NAME` that is tried out. */
export const addAgents: AddVerb = (program, run) => {
  program
    .command('agents')
    .description('the coding agents of this machine, and whether each asks before it acts')
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
          for (const facts of agents) tell(output, facts, await lookAt(world, facts))
          return null
        }
        const facts = findAgent(options.check)
        if (!facts) return refused('agent_unknown', `Known are: ${agents.map(({ name }) => name).join(', ')}.`)
        const path = world.env.PATH ?? ''
        const found = await findProgram(facts.command, path, '/')
        if (!found) return refused('agent_unknown', notInstalled(facts))
        output.hint(`${facts.title} works for a scripted model now; this takes up to a few minutes.`)
        await checkAndKeep(privateFolder(world.home.host), facts, found, { path, now: Date.now() })
        const seen = await lookAt(world, facts)
        tell(output, facts, seen)
        return seen.state === 'governed' ? null : 'unsuccessful'
      }),
    )
}

type Seen = {
  state: 'absent' | 'unchecked' | 'governed' | 'ungoverned' | 'unproven'
  version: string | null
  why: string
  checkedAt: number | null
}

const states = { asks: 'governed', acts: 'ungoverned', unproven: 'unproven' } as const
const notInstalled = ({ title, package: name }: AgentFacts) => `${title} is not installed: npm install -g ${name}`

async function lookAt({ env, home }: World, facts: AgentFacts): Promise<Seen> {
  const program = await findProgram(facts.command, env.PATH ?? '', '/')
  if (!program) return { state: 'absent', version: null, why: notInstalled(facts), checkedAt: null }
  const { version } = programFiles(program)
  const finding = await findingFor(home.host, facts, program)
  if (finding) return { state: states[finding.found], version, why: finding.detail, checkedAt: finding.at }
  return { state: 'unchecked', version, why: `Try it out: countersign agents --check ${facts.name}`, checkedAt: null }
}

function tell(output: Output, { name, registry, title, mode, login }: AgentFacts, seen: Seen): void {
  const { state, version, why, checkedAt } = seen
  const facts = { name, registry, title, state, version, mode, why, login, checkedAt }
  const label = `${name}${version ? ` ${version}` : ''}`
  output.fact('agent', facts, `${label.padEnd(18)} ${state.padEnd(11)} ${why}`)
}
