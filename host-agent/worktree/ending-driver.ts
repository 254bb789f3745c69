import { ok, type Result } from '#protocol/errors.ts'
import type { Ending } from '#protocol/statements/task.ts'
import { createCommandDriver } from '../agents/command.ts'
import type { AgentEvent, Driver, RunContext, RunEnd } from '../agents/driver.ts'
import { signIn } from '../git/gh.ts'
import type { TaskMemory } from '../journal/memory.ts'
import { createRedactor } from '../secrets/redact.ts'
import { applyWork } from './apply-work.ts'
import { commitWork } from './commit-work.ts'
import { deviatedRequest } from './deviated-request.ts'
import { ghProblem } from './gh-problem.ts'
import { pullRequestLine, pushLine } from './push-line.ts'
import type { WorktreeFacts } from './worktree-facts.ts'
import type { Worktrees } from './worktrees.ts'

export type EndingFacts = {
  how: Ending
  /** The ended task whose worktree it is. */
  of: TaskMemory
  /** A folder for what the ending itself keeps. */
  folder: string
  worktrees: Worktrees
  /** Values that the host knows to be secret. */
  knownSecrets: readonly string[]
}

/** Nothing that the project configures runs, and nothing waits for somebody at a keyboard. */
const quiet = {
  GIT_TERMINAL_PROMPT: '0',
  GH_PROMPT_DISABLED: '1',
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'core.hooksPath',
  GIT_CONFIG_VALUE_0: '/dev/null',
  GIT_CONFIG_KEY_1: 'core.fsmonitor',
  GIT_CONFIG_VALUE_1: '',
} as const

/** Does what a person chose for an ended task's worktree. What leaves the host is one command line, asked for like any other and run as it was shown. */
export function createEndingDriver(facts: EndingFacts): Driver {
  return {
    name: 'host',
    title: 'Host',
    start: (context) => ({
      ended: endWork(facts, context).catch(
        (error: Error): RunEnd => ({ state: 'failed', code: 'internal', detail: error.message }),
      ),
      interrupt() {},
    }),
  }
}

async function endWork(
  { how, of, folder, worktrees, knownSecrets }: EndingFacts,
  context: RunContext,
): Promise<RunEnd> {
  const work = of.worktree as WorktreeFacts
  const path = context.environment.PATH ?? ''
  const say = (text: string) => context.emit({ type: 'notice', code: 'ending', text })
  if (how === 'discard') {
    await worktrees.remove(of, 'with-branch')
    say(`The changes of ${work.branch} were discarded.`)
    return { state: 'completed' }
  }
  if (how !== 'keep' && of.deviated) {
    const answer = await context.ask(deviatedRequest(how, of.deviated, work))
    if (answer.answer === 'canceled') return { state: 'canceled' }
    if (answer.answer === 'deny') return { state: 'rejected', ...(answer.code === null ? {} : { code: answer.code }) }
    if (answer.approvalId !== null) context.executed(answer.approvalId, null)
  }
  if (how === 'apply') {
    const applied = await applyWork(work, folder, path)
    if (!applied.ok) return failed(applied)
    context.changed()
    await worktrees.remove(of, 'with-branch')
    say(`${applied.value} files were changed in ${work.top}; nothing is committed.`)
    return { state: 'completed' }
  }
  const message = messageOf(of, knownSecrets)
  const committed = await commitWork(work, `${message.title}\n\n${message.body}`, {
    path,
    home: context.environment.HOME,
  })
  if (!committed.ok) return failed(committed)
  if (how === 'keep') {
    await worktrees.remove(of, 'folder')
    say(`The work is kept on the branch ${work.branch}, at ${committed.value.slice(0, 10)}.`)
    return { state: 'completed' }
  }
  const line = await lineFor(how, work, committed.value, message, context)
  if (!line.ok) return failed(line)
  const end = await createCommandDriver(signIn, quiet).start({
    ...context,
    project: work.top,
    text: line.value,
    emit: (event) => {
      context.emit(event)
      tellAddress(event, say)
    },
  }).ended
  if (end.state === 'failed') return { ...end, code: end.code === 'agent_failed' ? 'work_push_failed' : 'internal' }
  if (end.state !== 'completed') return end
  await worktrees.remove(of, 'folder')
  say(`The branch ${work.branch} was pushed, and stays here as well.`)
  return end
}

async function lineFor(
  how: 'push' | 'pull-request',
  work: WorktreeFacts,
  commit: string,
  message: { title: string; body: string },
  { environment }: RunContext,
): Promise<Result<string>> {
  const path = environment.PATH ?? ''
  const push = await pushLine(work, commit, path)
  if (!push.ok || how === 'push') return push.ok ? ok(push.value.line) : push
  const problem = await ghProblem(work.top, environment)
  if (problem) return problem
  return ok(`${push.value.line} && ${await pullRequestLine(work, push.value.remote, message, path)}`)
}

const failed = ({ code, detail }: { code: RunEnd['code'] & string; detail?: string }): RunEnd => ({
  state: 'failed',
  code,
  ...(detail === undefined ? {} : { detail }),
})

/** The task's own words, on one line each, without what a terminal would obey, and without secrets before anything is cut: a repository keeps them for ever. */
function messageOf({ id, request }: TaskMemory, known: readonly string[]): { title: string; body: string } {
  const words = createRedactor('', known)
    .redact(request.text)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
  const title = words.length <= 72 ? words : `${words.slice(0, 71).trimEnd()}…`
  return { title, body: `${words === title ? '' : `${words.slice(0, 2_000)} `}(Countersign task ${id})` }
}

/** The address that gh prints is what a person wants to open. */
function tellAddress(event: AgentEvent, say: (text: string) => void): void {
  const address = event.type === 'output' ? /https?:\/\/\S+\/pull\/\d+/.exec(event.text)?.[0] : undefined
  if (address) say(`The pull request is open: ${address}`)
}
