import * as z from 'zod/mini'
import { Hash, Millis, text } from '../encoding.ts'
import { ApprovalId, HostId, Kid, PersonId, SessionId, TaskId, TeamId } from '../ids.ts'
import { limits } from '../limits.ts'
import { AuditHead } from './audit-head.ts'
import { AgentChoices } from './choices.ts'
import { Listing, TerminalSession } from './listing.ts'
import { Route } from './route.ts'
import { StandingRule } from './standing-rule.ts'
import { TrustHead } from './trust-entry.ts'

/** `isCap`: it is held to that; else the machine has no more. */
const Most = z.strictObject({ value: z.number().check(z.nonnegative()), isCap: z.boolean() })

/** How far each of the usages can go, for all sandboxes of a host together. */
export const UsageMost = z.strictObject({ cpuPercent: Most, memoryBytes: Most, diskWriteBytes: Most })
export type UsageMost = z.infer<typeof UsageMost>

/** What a host says of itself: `countersign.status`, signed by the host, sealed to the team's devices. The relay learns no names. */
export const HostStatus = z.strictObject({
  v: z.literal(1),
  aud: TeamId,
  host: HostId,
  name: text(80),
  version: text(40),
  projects: z.array(z.strictObject({ path: text(4_096), name: text(120) })).check(z.maxLength(50)),
  agents: z
    .array(
      z.strictObject({
        name: text(80),
        title: text(120),
        version: z.optional(text(40)),
        /** By which command line the person at the host named it, without secrets. Absent: it has a name that is known. */
        command: z.optional(text(500)),
        /** Whether it is known to ask before it acts. Absent: the host itself does what this agent does, or has not looked yet. */
        governed: z.optional(z.enum(['governed', 'ungoverned', 'unproven', 'unchecked'])),
        choices: z.optional(AgentChoices),
      }),
    )
    .check(z.maxLength(50)),
  defaultAgent: text(80),
  /** Which agent takes which task, in order, for devices to choose by; absent: this host has no routes. */
  routes: z.optional(z.array(Route).check(z.maxLength(50))),
  sandbox: z.enum(['isolated', 'unprotected']),
  /** Everything was stopped: no task is taken until somebody unlocks it at the host. */
  locked: z.optional(z.boolean()),
  /** What it has to write down first finds no room: nothing is released until it does. */
  diskFull: z.optional(z.boolean()),
  /** The trust log has two branches: nothing is released until it is paired anew. */
  frozen: z.optional(z.boolean()),
  /** Of all its sandboxes together, `cpuPercent` of all cores. Absent: none runs. */
  usage: z.optional(
    z.strictObject({
      cpuPercent: z.number().check(z.nonnegative()),
      memoryBytes: z.int().check(z.nonnegative()),
      diskWriteBytes: z.int().check(z.nonnegative()),
      /** Absent: from a host that does not say. */
      most: z.optional(UsageMost),
    }),
  ),
  policyHash: Hash,
  /** Which of its files is not valid (policy, models, projects) and why: it does nothing until that is mended. Absent: all are. */
  fileProblem: z.optional(text(400)),
  trustHead: TrustHead,
  /** Names for kids, as they were given at pairing. */
  roster: z
    .array(z.strictObject({ kid: Kid, label: text(80), person: z.nullable(PersonId), personName: text(80) }))
    .check(z.maxLength(limits.keysPerTeam)),
  /** Absent from a host that is older than the audit. */
  audit: z.optional(AuditHead),
  /** What people let run without asking, as far as it still stands; `id` is the approval of which it was made. Revoked by an input `revoke-rule`. */
  rules: z.optional(
    z
      .array(
        z.strictObject({
          id: ApprovalId,
          task: z.nullable(TaskId),
          person: z.nullable(PersonId),
          cwd: text(4_096),
          used: z.int(),
          rule: StandingRule,
        }),
      )
      .check(z.maxLength(20)),
  ),
  /** Sessions of scripts and of agents in a terminal that ask nothing until somebody resumes them, newest first. `agent` is the driver that asked. Resumed by an input `resume`. Absent: none. */
  paused: z.optional(
    z
      .array(z.strictObject({ session: SessionId, agent: text(120), project: text(120), at: Millis }))
      .check(z.maxLength(20)),
  ),
  /** Ended tasks whose worktree still waits for an ending, newest first. Absent: none. */
  worktrees: z.optional(
    z
      .array(
        z.strictObject({
          task: TaskId,
          project: text(120),
          branch: text(200),
          /** How many files in it were changed without leave, and the first of them by name. Absent: none that was found. */
          deviated: z.optional(z.strictObject({ files: z.array(text(120)).check(z.maxLength(3)), total: z.int() })),
        }),
      )
      .check(z.maxLength(50)),
  ),
  /** Answers to inputs `list-sessions` of the last minutes, newest first. Absent: none was asked for. */
  listings: z.optional(z.array(Listing).check(z.maxLength(4))),
  /** Sessions in terminals, those that ask first. Absent: none is known. */
  terminals: z.optional(z.array(TerminalSession).check(z.maxLength(10))),
  at: Millis,
})
export type HostStatus = z.infer<typeof HostStatus>
