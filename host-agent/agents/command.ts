import { StringDecoder } from 'node:string_decoder'
import { type Refused, refused } from '#protocol/errors.ts'
import { parseShell } from '../policy/parse-shell.ts'
import { cleanEnvironment } from './clean-environment.ts'
import type { AgentRun, Driver, RunContext, RunEnd } from './driver.ts'
import type { ProcessGroup, ProgramStart } from './process-group.ts'

const key = 'command'

/**
 * The task is a command line: it is asked for, and what was approved is what runs, in the project, once. One simple command is
 * started directly; everything else by /bin/sh. `pass` and `fixed`: see `cleanEnvironment`.
 */
export const createCommandDriver = (pass: readonly string[], fixed: Readonly<Record<string, string>>): Driver => ({
  name: 'command',
  title: 'Command line',
  start(context) {
    const environment = cleanEnvironment(context.environment, pass, fixed)
    const run: AgentRun = {
      ended: runCommand(context, environment).catch((error: unknown) => ({
        state: 'failed',
        code: 'internal',
        detail: error instanceof Error ? error.message : String(error),
      })),
      // A command has no turns: it is ended by the task's signal.
      interrupt: () => {},
    }
    return run
  },
})

export const commandDriver = createCommandDriver([], {})

async function runCommand(context: RunContext, environment: Record<string, string>): Promise<RunEnd> {
  const { text, project } = context
  const title = text.slice(0, 2_000)
  if (context.earlier === 'released') {
    return {
      state: 'failed',
      code: 'agent_failed',
      detail: 'The host agent stopped while the command ran. Whether it finished is not known; it is not run again.',
    }
  }
  if (context.earlier === 'denied') return { state: 'rejected' }
  context.emit({ type: 'tool', key, title, kind: 'execute', status: 'pending' })
  const answer = await context.ask({
    kind: 'command',
    driver: 'command',
    binding: 'exact',
    input: { command: text },
    command: text,
    edits: [],
    paths: [],
    reads: false,
    unknown: [],
    environment,
  })
  if (answer.answer !== 'allow' || context.signal.aborted) {
    context.emit({ type: 'tool', key, title, kind: 'execute', status: 'canceled' })
    if (answer.answer !== 'deny') return { state: 'canceled' }
    return {
      state: 'rejected',
      ...(answer.code === null ? {} : { code: answer.code }),
      ...(answer.reason ? { detail: answer.reason } : {}),
    }
  }

  context.emit({ type: 'tool', key, title, kind: 'execute', status: 'running' })
  const { argv } = parseShell(text)
  // The program that was shown, not what its name leads to by now.
  const program = answer.executable
  const start: ProgramStart = {
    ...(argv && program
      ? { path: program, argv0: argv[0] as string, args: argv.slice(1) }
      : { path: '/bin/sh', args: ['-c', text] }),
    cwd: project,
    env: environment,
  }
  let end = await runOnce(context, start)
  if (answer.approvalId) context.executed(answer.approvalId, end.code)
  // What the sandbox kept from it may be opened, which is an approval of its own that names this command again.
  while (end.code !== 0 && !context.signal.aborted && (await context.unblock(end.words, text)))
    end = await runOnce(context, start)
  const left = end.code !== 0 && !context.signal.aborted ? await context.leave(end.words, text, start) : null
  if (left) {
    end = await follow(context, left.group)
    context.executed(left.approvalId, end.code)
  }
  context.changed()
  const { code, signal, failure } = end
  context.emit({ type: 'tool', key, title, kind: 'execute', status: code === 0 ? 'completed' : 'failed' })
  if (context.signal.aborted) return { state: 'canceled' }
  if (failure !== null) return { state: 'failed', code: failure.code, detail: failure.detail ?? '' }
  return code === 0
    ? { state: 'completed' }
    : { state: 'failed', code: 'agent_failed', detail: signal ? `ended by ${signal}` : `exit code ${code}` }
}

type Once = { code: number | null; signal: string | null; words: string; failure: Refused | null }

async function runOnce(context: RunContext, start: ProgramStart): Promise<Once> {
  const started = await context.start(start)
  return started.ok ? follow(context, started.value) : { code: null, signal: null, words: '', failure: started }
}

async function follow(context: RunContext, group: ProcessGroup): Promise<Once> {
  group.child.stdin.end()
  forward(context, group.child.stdout, 'stdout')
  forward(context, group.child.stderr, 'stderr')
  const failure = await group.failed
  if (failure === null) await context.keepProcess(group.child.pid as number)
  const stop = () => void group.kill(2_000)
  context.signal.addEventListener('abort', stop)
  if (context.signal.aborted) stop()
  const { code, signal } = await group.ended
  context.signal.removeEventListener('abort', stop)
  // What it left in its group must not go on changing the project after the task has ended.
  await group.kill(0)
  return { code, signal, words: group.lastWords(), failure: failure === null ? null : refused('agent_failed', failure) }
}

function forward(context: RunContext, from: NodeJS.ReadableStream, stream: 'stdout' | 'stderr'): void {
  const decoder = new StringDecoder('utf8')
  from.on('data', (chunk: Buffer) => context.emit({ type: 'output', key, stream, text: decoder.write(chunk) }))
}
