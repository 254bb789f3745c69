import { StringDecoder } from 'node:string_decoder'
import type { Result } from '#protocol/errors.ts'
import { cleanEnvironment } from '../agents/clean-environment.ts'
import type { AgentEvent } from '../agents/driver.ts'
import type { ProcessGroup, ProgramStart } from '../agents/process-group.ts'

export type CommandPorts = {
  project: string
  environment: Readonly<Record<string, string | undefined>>
  /** Starts a program in the task's sandbox. */
  start(program: ProgramStart): Promise<Result<ProcessGroup>>
  /** Durable before it resolves: what outlives a killed host agent is ended at its next start. */
  keepProcess(pid: number): Promise<void>
  tell(event: AgentEvent): void
  signal: AbortSignal
}

export type HostCommand = {
  ended: ProcessGroup['ended']
  kill: ProcessGroup['kill']
}

/** Starts a command line of the host's own in the task's sandbox; what it writes is told under `key`. The task's signal ends it. Errors: those of `openSandbox`. */
export async function startCommand(ports: CommandPorts, key: string, command: string): Promise<Result<HostCommand>> {
  const { project, environment, start, keepProcess, tell, signal } = ports
  const env = cleanEnvironment(environment, [], {})
  const started = await start({ path: '/bin/sh', args: ['-c', command], cwd: project, env })
  if (!started.ok) return started
  const group = started.value
  group.child.stdin.end()
  for (const stream of ['stdout', 'stderr'] as const) {
    const decoder = new StringDecoder('utf8')
    group.child[stream].on('data', (chunk: Buffer) => tell({ type: 'output', key, stream, text: decoder.write(chunk) }))
  }
  const stop = () => void group.kill(2_000)
  signal.addEventListener('abort', stop)
  void group.ended.then(() => signal.removeEventListener('abort', stop))
  if (signal.aborted) stop()
  if (group.child.pid !== undefined) await keepProcess(group.child.pid)
  return { ok: true, value: { ended: group.ended, kill: group.kill } }
}
