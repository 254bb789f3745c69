import type { ErrorCode } from '#protocol/errors.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import type { AgentEvent, GateAnswer, RunEnd, ToolRequest } from '../agents/driver.ts'
import type { Snapshots } from '../git/snapshot.ts'
import { onlyReads } from '../policy/only-reads.ts'
import { absolutePath } from '../policy/places.ts'
import type { FenceEntry } from '../sandbox/files/fence.ts'
import type { Writable } from '../sessions/writable.ts'
import { fenceOf } from './fence-of.ts'
import {
  beginAnewPrompt,
  beginPrompt,
  changePrompt,
  planPrompt,
  resumePlanPrompt,
  unreadablePrompt,
} from './prompts.ts'
import { readPlan } from './read-plan.ts'
import { nameIn, type PlanWatch, watchPlan } from './watch-plan.ts'

/** What became of a plan: people approved it; the agent has to state another one, and is told so; or the task ends. */
export type Proposed = { is: 'approved' } | { is: 'again'; prompt: string } | { is: 'over'; end: RunEnd }

/** A plan as its driver sees it. */
export type PlanFirst = {
  isApproved(): boolean
  /** What the agent is told first: to plan, or to begin. `resumed`: it knows the task from its session. */
  prompt(task: string, resumed: boolean): string
  /** Reads the plan in what the agent has said since the last time and asks people about it. `comment`: what a person has said meanwhile, so that there will be another. */
  propose(driver: string, comment: string | null): Promise<Proposed>
}

export type SessionPlan = PlanFirst & {
  /** Before the plan is approved only what reads is asked for; afterwards, what is not planned. */
  ask(request: ToolRequest): Promise<GateAnswer>
  hear(event: AgentEvent): void
  executed(approvalId: string): Promise<void>
  /** What of the project the agent may change now. */
  writable(): Writable
  /** Why the session has to end: what the agent did beside its plan. Null: nothing. */
  look(): Promise<RunEnd | null>
}

export type SessionPlanFacts = {
  project: string
  /** The operation that people have approved; null: none yet. */
  approved(): Operation | null
  ask(request: ToolRequest): Promise<GateAnswer>
  executed(approvalId: string): void
  /** People let these files be changed although they were not planned. */
  open(paths: readonly string[]): Promise<void>
  /** Tells the task's log that something was refused. */
  refuse(code: ErrorCode): void
  hasFence: boolean
  snapshots: Snapshots | null
  /** The project's tree at the task's start. */
  base: string | null
}

/** Characters of an agent's words in which its plan is looked for. */
const heardMost = 200_000
/** Refusals that are told; an agent that doesn't hear may ask without end. */
const toldMost = 20

/** A task that has to be planned first: from the first prompt until its last change has been looked at. */
export async function sessionPlan(facts: SessionPlanFacts): Promise<SessionPlan> {
  const { project, approved, snapshots, hasFence } = facts
  let words = ''
  let unreadable = 0
  let refused = 0
  let fence: FenceEntry[] | null = null
  let watch = await begin(facts.base)
  /** Commands that people allowed beside the plan. */
  const beside = new Set<string>()

  function begin(base: string | null): Promise<PlanWatch> {
    const plan = approved()
    fence = plan && hasFence ? fenceOf(project, plan.files) : null
    // While it is planned behind a fence, nothing is open that would have to be looked at.
    const kept = plan ? fence : hasFence ? [] : null
    return watchPlan({ project, plan: plan ?? { files: [] }, fence: kept, snapshots, base })
  }

  async function look(): Promise<RunEnd | null> {
    const paths = await watch.look()
    if (paths.length === 0) return null
    const files = paths.map((path) => nameIn(project, path))
    return { state: 'failed', code: 'plan_deviated', detail: `Not planned: ${files.slice(0, 20).join(', ')}`, files }
  }

  async function propose(driver: string, comment: string | null): Promise<Proposed> {
    const said = words
    words = ''
    if (comment !== null) return { is: 'again', prompt: changePrompt(comment) }
    const read = readPlan(said, project)
    if (!read.ok) {
      unreadable += 1
      if (unreadable > 1) return over('failed', read)
      return { is: 'again', prompt: unreadablePrompt(read.detail ?? '') }
    }
    unreadable = 0
    const { files, commands } = read.value
    if (files.length + commands.length === 0) return { is: 'over', end: { state: 'completed' } }
    const deviation = await look()
    if (deviation) return { is: 'over', end: deviation }
    const answer = await facts.ask({
      kind: 'plan',
      driver,
      binding: 'fenced',
      input: {},
      command: null,
      edits: [],
      paths: [],
      reads: false,
      unknown: [],
      plan: read.value,
      words: said.slice(0, said.lastIndexOf('```json')).trim().slice(-2_000),
    })
    if (answer.answer === 'canceled') return over('canceled')
    if (answer.answer === 'deny') {
      if (answer.reason) return { is: 'again', prompt: changePrompt(answer.reason) }
      return over('rejected', answer.code === null ? {} : { code: answer.code })
    }
    if (answer.approvalId !== null) facts.executed(answer.approvalId)
    watch = await begin(hasFence ? null : facts.base)
    return { is: 'approved' }
  }

  return {
    isApproved: () => approved() !== null,
    prompt(task, resumed) {
      const plan = approved()
      if (plan)
        return resumed ? beginPrompt : beginAnewPrompt(task, JSON.stringify({ files: plan.files, ...plan.plan }))
      return resumed ? resumePlanPrompt : planPrompt(task)
    },
    propose,
    async ask(request) {
      if (approved()) {
        const answer = await facts.ask(request)
        if (answer.answer !== 'allow' || answer.planned) return answer
        watch.allow(request)
        if (answer.approvalId !== null && request.command !== null) beside.add(answer.approvalId)
        if (fence) await facts.open(request.edits.map(({ path }) => absolutePath(path, project)))
        return answer
      }
      if (onlyReads(request, project)) return facts.ask(request)
      words = (words + planIn(request)).slice(-heardMost)
      refused += 1
      if (refused <= toldMost) facts.refuse('plan_only')
      return { answer: 'deny', code: 'plan_only' }
    },
    hear(event) {
      if (event.type === 'message' && event.role === 'agent' && !approved())
        words = (words + event.text).slice(-heardMost)
    },
    async executed(approvalId) {
      if (beside.delete(approvalId)) await watch.forget()
    },
    writable: () => fence ?? (approved() && !hasFence ? 'project' : 'none'),
    look,
  }
}

const over = (state: RunEnd['state'], why: { code?: ErrorCode; detail?: string } = {}): Proposed => {
  const { code, detail } = why
  const told = { ...(code === undefined ? {} : { code }), ...(detail === undefined ? {} : { detail }) }
  return { is: 'over', end: { state, ...told } }
}

/** Some agents hand over their plan as the question to leave their plan mode (Claude's ExitPlanMode). */
function planIn({ kind, input }: ToolRequest): string {
  const plan = kind === 'plan' && typeof input === 'object' && input !== null && 'plan' in input ? input.plan : ''
  return typeof plan === 'string' && plan !== '' ? `\n${plan}\n` : ''
}
