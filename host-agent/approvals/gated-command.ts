import { randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import { type Refused, refused } from '#protocol/errors.ts'
import type { Memory } from '../journal/memory.ts'
import { parseShell } from '../policy/parse-shell.ts'
import { placeOf } from '../policy/places.ts'
import { shellWords } from '../policy/shell-words.ts'
import type { Project } from '../projects/projects-file.ts'
import { sessionIdOf } from '../sessions/session-id.ts'
import type { Gate } from './gate.ts'

/** A command that a script wants to run here once a person lets it: its words, its folder, and all of its environment. */
export const GateWish = z.strictObject({
  argv: z.array(z.string().check(z.maxLength(8_192))).check(z.minLength(1), z.maxLength(256)),
  cwd: z.string().check(z.maxLength(4_096)),
  environment: z.record(z.string(), z.string()),
})
export type GateWish = z.infer<typeof GateWish>

/** `executable`: the program that was shown, by its path. `approvalId` null: the policy allowed it. `denied`: a person or the policy said no; else nobody could be asked. */
export type GateAnswered =
  | { answer: 'allow'; approvalId: string | null; executable: string }
  | { answer: 'deny'; denied: boolean; code: Refused['code']; detail?: string }

/** One script's call of `countersign gate`: asks, and is told how what was released has ended. */
export type GatedCommand = {
  /** Resolves when people, or the policy, have answered; `gone` takes the question back. Errors, as `code`: those of the gate, `gate_denied`, `approval_canceled`. */
  ask(wish: GateWish, gone: AbortSignal): Promise<GateAnswered>
  /** What was released has ended. `exitCode` null: by a signal. */
  ended(exitCode: number | null): void
  /** Whoever was to run it has hung up: what was released and never told has an end that nobody knows. */
  gone(): void
}

type Ports = {
  gate: Pick<Gate, 'ask' | 'executed' | 'lose'>
  memory: Pick<Memory, 'isLocked'>
  projects: readonly Project[]
  isPaired(): boolean
}

export function createGatedCommand({ gate, memory, projects, isPaired }: Ports): GatedCommand {
  let released: string | null = null
  let isAsking = false

  async function ask({ argv, cwd, environment }: GateWish, gone: AbortSignal): Promise<GateAnswered> {
    if (memory.isLocked()) return unasked('host_locked')
    if (!isPaired()) return unasked('not_paired')
    const project = projects.find(({ path }) => placeOf(cwd, path) !== 'outside')
    if (!project) return unasked('project_invalid', cwd)
    const command = shellWords(argv)
    // What people are shown has to be what is run, word by word.
    if (JSON.stringify(parseShell(command).argv) !== JSON.stringify(argv)) return unasked('operation_invalid', command)
    const answer = await gate.ask(
      {
        taskId: null,
        // Scripts have no names: all of a project are one session.
        session: sessionIdOf('gate', project.path),
        salt: randomBytes(32).toString('base64url'),
        project: project.path,
        projectName: project.name,
        agent: 'gate',
        signal: gone,
      },
      {
        kind: 'gate',
        driver: 'gate',
        binding: 'exact',
        cwd,
        input: { argv },
        command,
        edits: [],
        paths: [],
        reads: false,
        unknown: [],
        environment,
      },
    )
    if (answer.answer === 'canceled') return unasked('approval_canceled')
    if (answer.answer === 'deny') {
      const { code, reason } = answer
      const isNo = code === null || code === 'operation_denied_by_policy'
      return { ...unasked(code ?? 'gate_denied', reason), denied: isNo }
    }
    released = answer.approvalId
    if (answer.executable === undefined) {
      ended(null)
      return unasked('operation_invalid', `There is no program ${argv[0]}`)
    }
    return { answer: 'allow', approvalId: answer.approvalId, executable: answer.executable }
  }

  function ended(exitCode: number | null): void {
    if (released !== null) gate.executed(released, exitCode)
    released = null
  }

  return {
    async ask(wish, gone) {
      if (isAsking) return unasked('conflict')
      isAsking = true
      return ask(wish, gone)
    },
    ended,
    gone() {
      if (released !== null) void gate.lose(released)
      released = null
    },
  }
}

/** One script's call, answered in any case. */
export async function hearGate(gated: GatedCommand | null, wish: GateWish, gone: AbortSignal): Promise<GateAnswered> {
  if (!gated) return unasked('unavailable', 'The host agent is only starting.')
  return gated.ask(wish, gone).catch(() => unasked('internal'))
}

function unasked(code: Refused['code'], detail?: string): GateAnswered & { answer: 'deny' } {
  const { detail: said } = refused(code, detail)
  return { answer: 'deny', denied: false, code, ...(said === undefined ? {} : { detail: said }) }
}
