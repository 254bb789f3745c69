import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { GateAnswered } from '#host-agent/approvals/gated-command.ts'
import { connectControl } from '#host-agent/control/control-client.ts'
import { shellWords } from '#host-agent/policy/shell-words.ts'
import { refused } from '#protocol/errors.ts'
import { exitCodeOf } from '../exit-code.ts'
import type { Output } from '../output.ts'
import type { AddVerb, World } from '../verb.ts'

/** Of sysexits(3), so that a script can tell them from the command's own: a person or the policy said no; nobody could be asked, try again later. */
const exitCodes = { denied: 77, unasked: 75 }

/** `countersign gate -- CMD ARGS…`: on a host, runs one command once a person has released exactly it; its exit code passes through. */
export const addGate: AddVerb = (program, run) => {
  program
    .command('gate')
    .description('on a host, for scripts and CI: run a command once a person has released exactly it')
    .argument('<command...>', 'the command and its arguments, after --')
    .addHelpText(
      'after',
      '\nExit codes: the command’s own once it ran; 77: denied; 75: nobody could be asked, or\nnobody answered in time; 126: released, and could not be started.',
    )
    .option('--json', 'one JSON object a line; what the command prints goes to standard error')
    .action((argv: string[], _options, command) =>
      run(command, async (world, output) => {
        const control = await connectControl(world.home.root)
        if (!control.ok) return unsuccessful(output, control, exitCodes.unasked)
        const { send, events, close } = control.value
        world.stop.addEventListener('abort', close)
        const cwd = process.cwd()
        const environment = Object.fromEntries(Object.entries(world.env).filter((entry) => entry[1] !== undefined))
        send({ verb: 'gate', wish: { argv, cwd, environment: environment as Record<string, string> } })
        output.fact('waiting', { argv, cwd }, null)
        output.hint(`countersign: waits for a person to release: ${shellWords(argv)}`)
        try {
          for await (const { event, said } of events) {
            if (event === 'refused') return unsuccessful(output, refused('usage'), exitCodes.unasked)
            if (event !== 'gate') continue
            world.stop.removeEventListener('abort', close)
            const answered = said as GateAnswered
            if (answered.answer === 'deny') {
              const { denied, code, detail } = answered
              return unsuccessful(output, refused(code, detail), denied ? exitCodes.denied : exitCodes.unasked)
            }
            output.fact('released', { approval: answered.approvalId }, null)
            const ended = await runCommand(argv, answered.executable, world, output)
            send({ verb: 'gate-ended', exitCode: ended.code })
            // Heard, so that it is in the host's log before the script goes on.
            for await (const { event } of events) if (event === 'gate-ended') break
            output.fact('executed', { exitCode: ended.code, signal: ended.signal }, null)
            return { exitCode: exitCodeOf(ended) }
          }
          const why = world.stop.aborted
            ? refused('approval_canceled')
            : refused('agent_failed', 'The host agent ended.')
          return unsuccessful(output, why, exitCodes.unasked)
        } finally {
          close()
        }
      }),
    )
}

function unsuccessful(output: Output, refusal: ReturnType<typeof refused>, exitCode: number) {
  output.refuse(refusal)
  return { exitCode }
}

/** The program that was shown, with exactly the words and the environment that were shown. */
async function runCommand(
  argv: readonly string[],
  executable: string,
  { env, stop }: World,
  output: Output,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const child = spawn(executable, argv.slice(1), {
    argv0: argv[0],
    env,
    stdio: ['inherit', output.json ? process.stderr : 'inherit', 'inherit'],
  })
  const pass = () => void child.kill('SIGTERM')
  stop.addEventListener('abort', pass)
  if (stop.aborted) pass()
  try {
    const [code, signal] = await once(child, 'close')
    return { code, signal }
  } catch (error) {
    output.hint(`countersign: ${executable} could not be started: ${(error as Error).message}`)
    return { code: 126, signal: null }
  } finally {
    stop.removeEventListener('abort', pass)
  }
}
