import { homedir } from 'node:os'
import { join } from 'node:path'
import type { HookAgent } from './hook-event.ts'

/** Where and how an agent is told of its hooks. */
export type HookFacts = {
  title: string
  /** The program whose version is looked at, and the first version in which a hook holds it. */
  command: string
  least: readonly [number, number, number]
  why: string
  settings(environment: Readonly<Record<string, string | undefined>>): string
  /** What every entry says besides its command and time: a hook that fails has to block. */
  entry: Readonly<Record<string, unknown>>
  /** What else a person has to do. */
  after: string
}

const home = (environment: Readonly<Record<string, string | undefined>>) => environment.HOME || homedir()

export const hookAgents: Readonly<Record<HookAgent, HookFacts>> = {
  'claude-code': {
    title: 'Claude Code',
    command: 'claude',
    least: [2, 1, 295],
    why: 'earlier ones go on when a hook fails',
    settings: (environment) =>
      join(environment.CLAUDE_CONFIG_DIR || join(home(environment), '.claude'), 'settings.json'),
    entry: { onFailure: 'block' },
    after: 'Sessions that run already don’t know of it: start them anew.',
  },
  codex: {
    title: 'Codex',
    command: 'codex',
    least: [0, 166, 0],
    why: 'earlier ones were not measured',
    settings: (environment) => join(environment.CODEX_HOME || join(home(environment), '.codex'), 'hooks.json'),
    entry: {},
    after: 'Start codex once and trust the hooks there: until then it does not call them.',
  },
}

/** Seconds: a question to a person waits so long; everything else is answered at once. */
export const hookSeconds = { atOnce: 30, person: 3_600 } as const

/** Which hooks are installed and how long each may take. `headless`: nobody sits at a dialog, so the hook before the tool's use asks people itself. */
export function hookPlan(agent: HookAgent, headless: boolean): Readonly<Record<string, number>> {
  const { atOnce, person } = hookSeconds
  if (agent === 'codex' || headless) return { PreToolUse: person, PostToolUse: atOnce, Stop: atOnce }
  return { PreToolUse: atOnce, PermissionRequest: person, PostToolUse: atOnce, Stop: atOnce }
}
