import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type Refused, refused } from '#protocol/errors.ts'
import { DEFAULT_RELAY } from './default-relay.ts'
import { textOption, urlOption } from './options.ts'
import { addSandboxFlags, isLimited, type SandboxFlags } from './sandbox-options.ts'

export type HostFlags = SandboxFlags & {
  relay: string
  project?: string[]
  agent?: string
  agentCommand?: string
  agentTitle?: string
  pass?: string[]
  allowUnproven?: true
  policy?: string
  name?: string
  sandbox?: boolean
}

/** The flags that `host` and `host install` share: what is installed runs as what is typed. */
export const addHostFlags = (command: Command): Command =>
  addSandboxFlags(
    command
      .addOption(urlOption('--relay <url>', 'the relay’s public address').default(DEFAULT_RELAY))
      .option('--project <dir>', 'a folder in which tasks may work; may be repeated; default: this one', collect)
      .option(
        '--agent <name>',
        'one that countersign agents lists, or command, which runs a task’s text as a command line; default: the first that is installed',
      )
      .option('--agent-command <cmd>', 'command line of any other agent that speaks ACP')
      .addOption(
        textOption('--agent-title <text>', 'what people call that agent; default: the name of its program', 80),
      )
      .option(
        '--pass <name>',
        'a variable that the chosen agent may inherit; NAME@HOST: the key for a model at that host; may be repeated',
        collect,
      )
      .option('--allow-unproven', 'let agents work that were never seen to ask, also where no sandbox holds them')
      .option(
        '--policy <file>',
        'the rules that answer without a person; default: host/policy.yaml in COUNTERSIGN_HOME',
      )
      .addOption(textOption('--name <text>', 'what people call this host; default: this machine’s name', 80))
      .option('--sandbox', 'don’t start where the sandbox does not hold; default: on where it holds, on Linux')
      .option('--no-sandbox', 'let agents work with this user’s rights'),
  )

/** What is wrong in the flags themselves, whenever a host agent starts by them. Errors: `usage`, `policy_invalid`. */
export function mistakeIn(flags: HostFlags): Refused | null {
  if (flags.sandbox === false && isLimited(flags))
    return refused('usage', '--no-sandbox leaves nothing that could hold these limits')
  // Rules that were named are wanted: with the usual ones in their place, what they deny would be asked for, or allowed.
  if (flags.policy !== undefined && !existsSync(flags.policy))
    return refused('policy_invalid', `${resolve(flags.policy)} is not there`)
  return null
}

/** The flags as words of a command line that is started somewhere else: each path is whole. */
export function wordsOf(flags: HostFlags): string[] {
  const { relay, project, agent, agentCommand, agentTitle, pass, allowUnproven, policy, name, sandbox } = flags
  const { allow, read, write, allowRoot, firewallStrict, maxCpu, maxMemory, maxDiskWrite } = flags
  const one = (flag: string, value: string | number | undefined) => (value === undefined ? [] : [flag, String(value)])
  const many = (flag: string, values: readonly string[] = []) => values.flatMap((value) => [flag, value])
  const whether = (flag: string, isSaid: boolean | undefined) => (isSaid ? [flag] : [])
  const whole = (paths: readonly string[] = []) => paths.map((path) => resolve(path))
  return [
    ...one('--relay', relay),
    ...many('--project', whole(project ?? [process.cwd()])),
    ...one('--agent', agent),
    ...one('--agent-command', agentCommand),
    ...one('--agent-title', agentTitle),
    ...many('--pass', pass),
    ...whether('--allow-unproven', allowUnproven),
    ...one('--policy', policy && resolve(policy)),
    ...one('--name', name),
    ...whether('--sandbox', sandbox === true),
    ...whether('--no-sandbox', sandbox === false),
    ...many('--allow', allow),
    ...many('--read', whole(read)),
    ...many('--write', whole(write)),
    ...whether('--allow-root', allowRoot),
    ...whether('--firewall-strict', firewallStrict),
    ...one('--max-cpu', maxCpu),
    ...one('--max-memory', maxMemory),
    ...one('--max-disk-write', maxDiskWrite),
  ]
}

const collect = (value: string, before: string[] = []) => [...before, value]
