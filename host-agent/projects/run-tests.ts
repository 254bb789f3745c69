import { setTimeout as wait } from 'node:timers/promises'
import { errors } from '#protocol/errors.ts'
import type { SessionTests } from '../results/session-tests.ts'
import { type CommandPorts, startCommand } from './run-command.ts'

/** Milliseconds that a project's tests may take. */
export const testMs = 600_000

export type RunTestsPorts = CommandPorts & { tests: SessionTests; testMs?: number }

const key = 'host-tests'
const mend = 'Look at its output, or mend `test` in projects.yaml in the host’s folder.'

/** Runs the project's tests by the host's own command, in the task's sandbox, and tells what their report says. What can't be told is said, with what to do. */
export async function runTests(command: string, ports: RunTestsPorts): Promise<void> {
  const { tests, tell, signal } = ports
  const notice = (text: string) => tell({ type: 'notice', code: 'host_tests', text })
  const tool = { type: 'tool', key, title: command, kind: 'execute' } as const
  await tests.handOver()
  tell({ ...tool, status: 'running' })
  const hear: CommandPorts['tell'] = (event) => {
    tell(event)
    tests.hear(event)
  }
  const started = await startCommand({ ...ports, tell: hear }, key, command)
  if (!started.ok) {
    tell({ ...tool, status: 'failed' })
    return notice(`The host could not run the project’s tests. ${errors[started.code][1]} (${started.detail ?? ''})`)
  }
  const { ended, kill } = started.value
  const most = ports.testMs ?? testMs
  const done = new AbortController()
  const end = await Promise.race([ended, wait(most, null, { signal: done.signal }).catch(() => null)])
  done.abort()
  // What it left behind must not go on changing the project.
  await kill(end === null ? 2_000 : 0)
  hear({ ...tool, status: end?.code === 0 ? 'completed' : 'failed' })
  await tests.settled()
  if (signal.aborted) return
  if (end === null) return notice(`The project’s tests were ended after ${Math.round(most / 1_000)} seconds. ${mend}`)
  if (tests.toldBy() === 'host') return
  const how = end.signal ? `was ended by ${end.signal}` : `ended with exit code ${end.code}`
  notice(`The project’s test command ${how} and left no report that is understood. ${mend}`)
}
