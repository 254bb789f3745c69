import { basename } from 'node:path'
import * as z from 'zod/mini'
import data from './registry.json' with { type: 'json' }

const words = z.array(z.string())

/**
 * An agent of the Agent Client Protocol: what the public registry says of it (its name there, its npm package by exact version, how it is started), and what that does not say:
 * how to start it so that it asks, and what it needs to know of the environment.
 */
const Agent = z.strictObject({
  name: z.string(),
  /** Under which the registry lists it; also understood wherever `name` is. */
  registry: z.string(),
  title: z.string(),
  /** npm package, for the sentence that says how to install it. Empty: `site` says how. */
  package: z._default(z.string(), ''),
  site: z._default(z.string(), ''),
  command: z.string(),
  args: z._default(words, []),
  /** Fixed variables that make it ask, and that keep it as it was installed. */
  env: z._default(z.record(z.string(), z.string()), {}),
  /** Variables it may inherit: its model's address and key. */
  pass: z._default(words, []),
  /** Hosts of models by the variable that holds the key for them, where the sandbox's proxy does not know them anyway: it adds the key to requests for that host. */
  keyHosts: z._default(z.record(z.string(), z.string()), {}),
  /** The mode that asks: set, read back, watched. Null: `env` or its default makes it ask, or nobody knows. */
  mode: z._default(z.nullable(z.string()), null),
  /** Options that are switched off before the first prompt. */
  off: z._default(words, []),
  /** Where it names the command that it wants to run. */
  commandIn: z._default(z.enum(['rawInput', 'title']), 'rawInput'),
  /** What lets it use its model: `keys`, any of these variables; `files`, what a sign-in by the command `signIn` leaves in a person's HOME, which a sandbox does not show. */
  login: z._default(
    z.strictObject({
      keys: words,
      files: z._default(words, []),
      signIn: z._default(z.string(), ''),
      token: z._default(z.string(), ''),
    }),
    { keys: [], files: [], signIn: '', token: '' },
  ),
})
export type AgentFacts = z.infer<typeof Agent>

export const agents: readonly AgentFacts[] = z.array(Agent).parse(data)

/** By its own name or the registry's. */
export const findAgent = (name: string): AgentFacts | undefined =>
  agents.find((facts) => facts.name === name || facts.registry === name)

/**
 * An agent that the person at the host named by its command line: nothing is known of it, so what it may do unasked is not either. Without a `title` of the
 * person's it is called by its program.
 */
export const unknownAgent = (words: readonly string[], title = programOf(words)): AgentFacts =>
  Agent.parse({
    name: 'custom',
    registry: '',
    title: title.slice(0, 120),
    command: words[0] ?? '',
    args: words.slice(1),
  })

/** What runs others says nothing of them. */
const runners: ReadonlySet<string> = new Set(
  'node nodejs bun deno tsx npx bunx pnpm yarn uv uvx pipx python python3 ruby java sh bash env'.split(' '),
)

/** The name of the program that a command line is about: of `node --flag /opt/my-agent.ts --acp` it is `my-agent`. */
export function programOf(words: readonly string[]): string {
  const [first = '', ...rest] = words.map((word) => basename(word))
  const said = runners.has(first) ? rest.find((word) => !/^-|=|^(run|exec|dlx|x)$/.test(word)) : undefined
  return (said ?? first).replace(/\.([cm]?[jt]sx?|py|rb|jar|sh)$/, '')
}

/** The agent with further variables that it may inherit, each as NAME, or as NAME@HOST where it is the key for a model at that host. */
export function passing(facts: AgentFacts, wishes: readonly string[]): AgentFacts {
  const parts = wishes.map((wish) => wish.split('@'))
  const hosts = parts.flatMap(([name = '', host]) => (host ? [[name, host] as const] : []))
  return {
    ...facts,
    pass: [...facts.pass, ...parts.map(([name = '']) => name)],
    keyHosts: { ...facts.keyHosts, ...Object.fromEntries(hosts) },
  }
}

/** Nothing is known about it but its command line. */
export const isUnknown = ({ registry }: AgentFacts): boolean => registry === ''

/** How it is installed, in words. */
export const howToInstall = ({ package: name, site }: AgentFacts): string =>
  name === '' ? `see ${site}` : `npm install -g ${name}`
