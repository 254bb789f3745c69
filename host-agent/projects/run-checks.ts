import type { ToolRequest } from '../agents/driver.ts'
import type { OperationWatch } from '../approvals/watch-operations.ts'
import type { ProjectChecks } from './projects-file.ts'
import { type RunTestsPorts, runTests } from './run-tests.ts'
import { type ScreenshotPorts, takeScreenshots } from './take-screenshots.ts'

export type ChecksPorts = RunTestsPorts &
  ScreenshotPorts & {
    /** A sandbox holds what runs here. */
    isIsolated: boolean
    isChanged(): Promise<boolean>
    /** Compares what the agent did with what it may. */
    lookAround(): Promise<void>
    operations: Pick<OperationWatch, 'settle' | 'answered' | 'ended'> | null
  }

const notIsolated =
  'The host did not run this project’s own checks: it has no sandbox, and what an agent has changed is not run without one unasked. See: countersign doctor'

/**
 * What the host does by itself after an agent's end, where it changed something: the project's own tests and pictures of its pages, by the commands that its owner wrote down. They run what the
 * agent wrote, which nobody approved line by line: so in the task's sandbox, and nowhere else.
 */
export async function runChecks(checks: ProjectChecks, ports: ChecksPorts): Promise<void> {
  const { operations, lookAround, signal, tell } = ports
  const commands = [checks.test, checks.screenshot?.serve].filter((command) => command !== undefined)
  if (commands.length === 0 || !(await ports.isChanged())) return
  if (!ports.isIsolated) return tell({ type: 'notice', code: 'host_checks', text: notIsolated })
  // The agent's own doing first: from here on what changes may be a check's.
  await operations?.settle()
  await lookAround()
  if (signal.aborted) return
  const request = requestOf(commands.join(' && '))
  await operations?.answered(request, { answer: 'allow', approvalId: null })
  if (checks.test !== undefined) await runTests(checks.test, ports)
  if (checks.screenshot !== undefined && !signal.aborted) await takeScreenshots(checks.screenshot, ports)
  await operations?.ended(request)
}

/** For whoever compares what was done with what was allowed: what the owner of the host wrote down is. */
const requestOf = (command: string): ToolRequest => ({
  kind: 'command',
  driver: 'command',
  binding: 'exact',
  input: { command },
  command,
  edits: [],
  paths: [],
  reads: false,
  unknown: [],
})
