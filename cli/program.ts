import { Socket } from 'node:net'
import { Command, CommanderError } from 'commander'
import { refused } from '#protocol/errors.ts'
import { StateDamaged } from './file-store.ts'
import { homeOf } from './home.ts'
import { outputTo } from './output.ts'
import type { AddVerb, Run, World } from './verb.ts'

/**
 * Runs one command line (without node and script). Returns the exit code: 0 done, 1 refused or unsuccessful, 2 the command line is not valid. Ctrl-C and SIGTERM stop
 * what waits; a second one ends at once.
 */
export async function main(args: readonly string[]): Promise<number> {
  const stop = new AbortController()
  const asked = () => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  // Whoever read has gone (`| head`): an orderly end, as by Ctrl-C.
  const unread = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    stop.abort()
  }
  process.on('SIGINT', asked)
  process.on('SIGTERM', asked)
  process.stdout.on('error', unread)
  const world: World = {
    home: homeOf(process.env),
    env: process.env,
    stdin: process.stdin,
    isTerminal: process.stdout.isTTY === true,
    stop: stop.signal,
  }
  // What comes after -- belongs to another program.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  const json = own.includes('--json')
  let code = 0
  const run: Run = async (command, act) => {
    const output = outputTo(process, command.opts().json === true)
    try {
      const outcome = await act(world, output)
      if (outcome === null) return
      if (typeof outcome === 'object' && 'exitCode' in outcome) {
        code = outcome.exitCode
        return
      }
      // A line that only the verb could judge is as wrong as one that no verb takes.
      code = outcome !== 'unsuccessful' && outcome.code === 'usage' ? 2 : 1
      if (outcome !== 'unsuccessful') output.refuse(outcome)
    } catch (error) {
      if (!(error instanceof StateDamaged)) throw error
      code = 1
      output.refuse(refused('state_damaged', error.path))
    }
  }

  try {
    const line = args[0] === '--sandbox-status' ? ['sandbox-status', ...args.slice(1)] : idsBehindDashes(args)
    await programOf(await verbsFor(line), run).parseAsync(line, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    outputTo(process, json).refuse(
      refused('usage', error.message === '(outputHelp)' ? 'a verb is missing' : error.message.replace(/^error: /, '')),
    )
    return 2
  } finally {
    process.off('SIGINT', asked)
    process.off('SIGTERM', asked)
    // Else a terminal that is still read would keep the program alive.
    process.stdin.pause()
    if (process.stdin instanceof Socket) process.stdin.unref()
  }
  return code
}

/** The id of a key may begin with `-` (RFC 7638 in base64url), and would be read as an option: it goes where no options are, so that what is shown can be typed as it is. */
function idsBehindDashes(args: readonly string[]): readonly string[] {
  const isId = (word: string) => /^-[\w-]{42}$/.test(word)
  if (args.includes('--') || !args.some(isId)) return args
  return [...args.filter((word) => !isId(word)), '--', ...args.filter(isId)]
}

/** A host stays for months: it is not to keep the sources of all other verbs in memory. */
const verbsFor = async ([first]: readonly string[]): Promise<readonly AddVerb[]> =>
  first === 'host' ? [(await import('./verbs/host.ts')).addHost] : (await import('./verbs.ts')).verbs

const epilogue = `
All state is in COUNTERSIGN_HOME, by default ~/.countersign. With --json a verb
prints facts, one object a line. Exit codes: 0 done, 1 refused or not successful,
2 not a valid command line; gate and sandbox end with that of their command.
`

function programOf(verbs: readonly AddVerb[], run: Run): Command {
  const program = new Command('countersign')
    .description('Run coding agents on your own machines from your phone, and release what is sensitive with one tap.')
    .addHelpText('after', epilogue)
    .showHelpAfterError(false)
    // What stands behind a verb is that verb's, also where the verb above knows an option of this name.
    .enablePositionalOptions()
  for (const add of verbs) add(program, run)
  quiet(program)
  return program
}

/** A wrong command line is a refusal like any other, with its code; commander's own words go where the sentence goes. */
function quiet(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => {} })
  for (const below of command.commands) quiet(below)
}
