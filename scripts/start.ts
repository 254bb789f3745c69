import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { renderUnicodeCompact } from 'uqr'
import type { Fact, Program } from './program.ts'
import { startProgram } from './program.ts'

const root = join(import.meta.dirname, '..')
const HELP = `npm start -- [--project DIR] [--port N] [--public-url URL] [--agent NAME | --agent-command CMD]

Starts the relay and a host agent on this machine, and prints one link to open. Ctrl-C stops both.
`

const options = readOptions()
if (options.help) {
  process.stdout.write(HELP)
  process.exit(0)
}
const port = options.port ?? '7780'
const here = `http://localhost:${port}`
const origin = options['public-url'] ? new URL(options['public-url']).origin : here
const say = (text: string) => process.stdout.write(`${text}\n`)

if (isAppStale()) {
  say('Building the app…')
  const { status } = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) fail('The app could not be built: see above.')
}

const running: Program[] = []
let stopping = false
async function stop(code: number): Promise<never> {
  stopping = true
  // The host first: it says goodbye to a relay that still listens.
  for (const program of running.toReversed()) await program.stop()
  process.exit(code)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0))

const relay = start(['up', '--port', port, ...given('public-url')])
await relay.fact(({ event, state }) => event === 'relay' && state === 'ready').catch(failed)
const project = resolve(options.project ?? process.env.INIT_CWD ?? process.cwd())
const allowed = options['allow-unproven'] ? ['--allow-unproven'] : []
const host = start(
  ['host', '--relay', origin, '--project', project, ...given('agent'), ...given('agent-command'), ...allowed],
  tell,
)
createInterface({ input: process.stdin }).on('line', (line) => host.type(line))
await host.fact(({ event, state }) => event === 'host' && state === 'ready').catch(failed)

function start(args: string[], onFact?: (fact: Fact) => void): Program {
  const program = startProgram(args, onFact ? { onFact } : {})
  running.push(program)
  void program.ended.then((code) => {
    if (!stopping) failed(new Error(`countersign ${args[0]} ended with ${code}.\n${lastWords(program)}`))
  })
  return program
}

/** What the host says, as one link and one instruction at a time. */
function tell(fact: Fact): void {
  const text = (name: string) => String(fact[name] ?? '')
  if (fact.event === 'host' && fact.state === 'ready') {
    say(`Relay and host agent run. Project: ${text('project')}`)
    say(
      `Agent: ${text('agent')}${text('agent') === 'command' ? ' (no coding agent was found on this machine, so a task is a command line)' : ''}`,
    )
    if (fact.paired === true) say(`\nOpen the app:\n\n  ${origin}/\n`)
  } else if (fact.event === 'offer') {
    say(`\nOpen this link to pair (it works for three minutes, then a new one comes):\n\n  ${text('link')}\n`)
    if (options['public-url']) say(renderUnicodeCompact(text('link')))
    else say('For a phone: put https in front (tailscale serve, a tunnel) and start with -- --public-url URL')
  } else if (fact.event === 'locked') say('\nType here the six digits that the device shows:')
  else if (fact.event === 'paired') say(`\nPaired. The app is at ${origin}/`)
  else if (fact.event === 'refused') say(`${text('code')}: ${text('title')}`)
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        project: { type: 'string' },
        port: { type: 'string' },
        'public-url': { type: 'string' },
        agent: { type: 'string' },
        'agent-command': { type: 'string' },
        'allow-unproven': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    process.stderr.write(`usage: ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    process.exit(2)
  }
}

function given(name: 'public-url' | 'agent' | 'agent-command'): string[] {
  const value = options[name]
  return value === undefined ? [] : [`--${name}`, value]
}

/** The app is built anew when anything that goes into it is newer than what was built. */
function isAppStale(): boolean {
  const built = join(root, 'dist/app/index.html')
  if (!existsSync(built)) return true
  const builtAt = statSync(built).mtimeMs
  return ['web', 'client', 'link', 'trust', 'protocol', 'package-lock.json'].some((path) =>
    isNewer(join(root, path), builtAt),
  )
}

function isNewer(path: string, than: number): boolean {
  const found = statSync(path)
  if (!found.isDirectory()) return found.mtimeMs > than
  return readdirSync(path).some((name) => isNewer(join(path, name), than))
}

const lastWords = ({ facts }: Program) =>
  facts
    .filter(({ event }) => event === 'refused')
    .map((fact) => `${fact.code}: ${fact.title} ${fact.detail ?? ''}`)
    .join('\n')

function failed(error: unknown): never {
  return fail(error instanceof Error ? error.message : String(error))
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  for (const program of running) process.kill(program.pid, 'SIGTERM')
  process.exit(1)
}
