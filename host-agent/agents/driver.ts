import type { ErrorCode, Result } from '#protocol/errors.ts'
import type { AgentChoices, Chosen } from '#protocol/statements/choices.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import type { Answers, Form } from '#protocol/statements/form.ts'
import type { OperationKind } from '#protocol/statements/operation.ts'
import type { WideningWish } from '../approvals/widening-request.ts'
import type { Picture } from '../artifacts/read-attachments.ts'
import type { ProposedPlan } from '../plan/proposed-plan.ts'
import type { PlanFirst } from '../plan/session-plan.ts'
import type { BudgetWish } from '../usage/budget.ts'
import type { AgentFacts } from './agents.ts'
import type { ProcessGroup, ProgramStart } from './process-group.ts'

/** A fact for the task's log; the session adds the time. */
export type AgentEvent = TaskEvent extends infer E ? (E extends TaskEvent ? Omit<E, 'at'> : never) : never

/** A change of one file as the agent's tool was given it; `oldText` null: the file is new; `newText` null: it is deleted. */
export type Edit = { path: string; oldText: string | null; newText: string | null }

/** What an agent asks to do, as its real tool input says it. The gate makes an operation of it. */
export type ToolRequest = {
  kind: OperationKind
  /** `command`, or `acp:` and the agent's name. */
  driver: string
  binding: 'exact' | 'fenced'
  /** The folder in which it works; absent means the project. */
  cwd?: string
  /** The tool's input as it came, without call ids. */
  input: unknown
  command: string | null
  edits: readonly Edit[]
  /** Files and folders it names, besides those of `edits`. */
  paths: readonly string[]
  /** The tool only reads or thinks, by its kind. */
  reads: boolean
  /** Only where the host runs the command itself: the environment it gets. */
  environment?: Readonly<Record<string, string>>
  /** Only for the host's own question about its sandbox. */
  widening?: WideningWish
  /** Only for the host's own question about a budget that is used up. */
  budget?: BudgetWish
  /** Only for a plan: what the agent means to do. */
  plan?: ProposedPlan
  /** Only for a question of the agent's to a person. */
  form?: Form
  /** What could not be learnt from the tool's input. */
  unknown: readonly string[]
  /** The agent's own words about it: shown apart, never part of the digest. */
  words?: string
}

/** `approvalId` null: the policy, a standing rule or the approved plan (`planned`) allowed it, nobody was asked. `answers`: what the person filled in, of a question. `executable`: the program that was judged and shown; absent where the agent runs it itself or none was found. */
export type GateAnswer =
  | { answer: 'allow'; approvalId: string | null; executable?: string; planned?: true; answers?: Answers }
  | { answer: 'deny'; code: ErrorCode | null; reason?: string }
  | { answer: 'canceled' }

/** `rejected`: what was asked for was not allowed, so nothing ran. */
export type RunEnd = {
  state: 'completed' | 'failed' | 'canceled' | 'rejected'
  code?: ErrorCode
  detail?: string
  /** It failed in its first turn, and nothing that it did or changed was seen. Absent: it may have done something. */
  untouched?: true
  /** Changed without leave, as paths in the project. Absent: nothing was. */
  files?: readonly string[]
}

/** What a driver may do while it runs one task; all of it is the session's. */
export type RunContext = {
  project: string
  /** What the person asked for. */
  text: string
  /** The agent's session from before a restart of the host agent, or that of an earlier task; null: there is none. */
  session: string | null
  /** The session is this task's own, from before a restart: the agent knows what was asked for. */
  isResumed: boolean
  /** A person chose `session`: where the agent does not know it, the run ends. Absent: it begins anew. */
  mustGoOn?: boolean
  /** For a task that has to be planned first. Absent, null: it begins at once. */
  plan?: PlanFirst | null
  /** After a restart: what became of this task's questions before it. Null: nothing was answered yet. */
  earlier: 'released' | 'denied' | null
  environment: Readonly<Record<string, string | undefined>>
  /** Model, mode and effort that people want. */
  chosen: Chosen
  /** The session is open, or has changed: what it offers, and what it runs with. */
  offers(offered: AgentChoices, chosen: Chosen): void
  /** Before each turn, and each call of a model: whether more may be spent. Waits for people where a budget is used up; false: the run ends. Absent: nothing bounds it. */
  maySpend?(): Promise<boolean>
  /** Waits for the policy or for people, for days if need be. Nothing runs before it says `allow`. */
  ask(request: ToolRequest): Promise<GateAnswer>
  /** Starts a program for this task: in its sandbox, or as it is where the host has none. Errors: those of `openSandbox`. */
  start(program: ProgramStart): Promise<Result<ProcessGroup>>
  /** Asks whether to open a path that the sandbox kept from a program, by the program's own words. True: run `again` once more, that is allowed. */
  unblock(words: string, again: string | null): Promise<boolean>
  /**
   * Asks whether a program runs once more without the sandbox, where its words say that the kernel kept something from it which no path and no host opens. Null: it does
   * not. `again`: the command, shown with the question.
   */
  leave(words: string, again: string, program: ProgramStart): Promise<LeftSandbox | null>
  /** Once nobody is asked about the sandbox any more. True: a path was opened that a program started before can't see. */
  reopened(): Promise<boolean>
  /** A released operation has ended: the second receipt. `exitCode` null where there is none. */
  executed(approvalId: string, exitCode: number | null): void
  /** An agent that acts by itself says that it has done what this request was allowed for, or that it could not. Absent: it is not compared. */
  ended?(request: ToolRequest): void
  /** The agent's turn is over: nothing that it was allowed is under way. Absent: it is not compared. */
  turnEnded?(): Promise<void>
  /** Something may have changed in the project: the diff is taken anew. */
  changed(): void
  emit(event: AgentEvent): void
  /** A picture that the agent sends; `name` null: it gives none. Absent: nobody looks. */
  show?(name: string | null, content: Uint8Array): void
  keepSession(session: string): Promise<void>
  /** Durable before it resolves: a process group that outlives a killed host agent is ended at its next start. */
  keepProcess(pid: number): Promise<void>
  /** The pictures that came with the words that go to the agent now, once. Absent: there are none. */
  pictures?(): Promise<readonly Picture[]>
  /** Puts a picture where the agent can read it as a file, and tells where; the folder is nobody's project. */
  shelve?(picture: Picture): Promise<string>
  /** The next prompt that a person sent meanwhile; null: there is none. To ask for it says that the turn of the one before has ended. */
  nextPrompt(): string | null
  signal: AbortSignal
}

/** A session as its agent tells of it; `title` is the agent's and not yet free of secrets. */
export type AgentSession = { id: string; title?: string; updatedAt?: number }

/** What a driver may do to ask an agent for its sessions. */
export type ListContext = Pick<RunContext, 'project' | 'environment' | 'start' | 'signal'>

/** A program that people let run without the sandbox, and the approval by which it does. */
export type LeftSandbox = { group: ProcessGroup; approvalId: string }

export type AgentRun = {
  ended: Promise<RunEnd>
  /** Ends the present turn; the agent stays. */
  interrupt(): void
  /** Chooses anew. Absent: there is nothing to choose. Errors: those of `SessionChoices`. */
  choose?(wanted: Chosen): Promise<Result<void>>
}

/** One kind of agent. `start` never throws and never rejects: a failure is a `RunEnd`. */
export type Driver = {
  name: string
  title: string
  /** The program that it drives, which may do more than it asks for. Absent: the host itself does all of it. */
  agent?: AgentFacts
  /** It keeps to `RunContext.plan`. Absent: a task that has to be planned first is not given to it. */
  plans?: true
  /** It takes what people say while it works. Absent: it knows only what it began with. */
  hears?: true
  /** It is given the pictures that people attach. Absent: it works without them, which is said. */
  sees?: true
  /** Once it has its yes it acts by itself: what it does is compared with that. Absent: the host does it. */
  actsItself?: true
  /** It can only read, so it sees the project as it is: no worktree is made for it. */
  onlyReads?: true
  start(context: RunContext): AgentRun
  /** The agent's sessions in a project, newest first; it can go on in each. Absent: it has none to go on in. Errors: `sessions_unsupported`, `agent_failed`, those of `start`. */
  listSessions?(context: ListContext): Promise<Result<AgentSession[]>>
}
