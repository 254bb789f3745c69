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
  /** What an entry says besides its command and time where something waits for its answer: if it fails, that is a no. */
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

/** The hooks whose answer a tool waits for; the others only tell, and one of them that fails must not keep the agent from ending. */
export const asksFirst = (event: string) => event === 'PreToolUse' || event === 'PermissionRequest'

/**
 * Before a tool's use both agents stop only for exit code 2 with words on standard error: Codex lets the tool run if the program is gone, crashes or ends with another
 * code. Written for any shell that a user may have.
 */
const orStop = `|| /bin/sh -c 'echo Countersign: its hook failed. Nothing was allowed. >&2; exit 2'`

/** What an agent is told to run at an event; `command` is the hook program's own command line. */
export const hookLine = (event: string, command: string) => (event === 'PreToolUse' ? `${command} ${orStop}` : command)

/** Which hooks are installed and how long each may take. `headless`: nobody sits at a dialog, so the hook before the tool's use asks people itself. */
export function hookPlan(agent: HookAgent, headless: boolean): Readonly<Record<string, number>> {
  const { atOnce, person } = hookSeconds
  if (agent === 'codex' || headless) return { PreToolUse: person, PostToolUse: atOnce, Stop: atOnce }
  return { PreToolUse: atOnce, PermissionRequest: person, PostToolUse: atOnce, Stop: atOnce }
}
