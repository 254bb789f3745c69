import { execFile } from 'node:child_process'
import type { SandboxOptions } from '#host-agent/sandbox/sandbox.ts'
import { type Run, run, secret, type World } from './world.ts'

/** One thing that somebody inside may try. It holds when nothing of the host was seen or changed, and what the case says is so. */
export type Case = {
  name: string
  options?: (world: World) => Partial<SandboxOptions>
  prepare?: (world: World) => void
  /** Run by /bin/sh inside; $OUTSIDE, $PROJECT, $PERSON, $PORT and others say where things are. */
  script: (world: World) => string
  /** Has to be in what it wrote. */
  says?: RegExp
  /** Must not be. */
  never?: RegExp
  /** Codes of violations that have to be told. */
  tells?: readonly string[]
  /** What is wrong outside afterwards; null: nothing. */
  after?: (world: World, run: Run) => string | null
  /** Run outside, before: has to succeed there, so that what fails inside fails for the sandbox and not because a program is missing. */
  control?: (world: World) => string
  /** What the agent's environment would have held. */
  env?: (world: World) => Record<string, string>
}

/** Null: it succeeded. */
function outside(script: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', script], { timeout: 10_000 }, (error, out, words) =>
      resolve(error ? `${out}${words}${error.message}` : null),
    )
  })
}

/** Null: it held. Else what went wrong. */
export async function attempt(
  world: World,
  { options, prepare, script, says, never, tells = [], after, control, env }: Case,
): Promise<string | null> {
  prepare?.(world)
  if (control) {
    const words = await outside(control(world))
    if (words !== null) return `the control does not work outside: ${words}`
    world.reached.length = 0
    world.requests.length = 0
  }
  const sandbox = await world.open(options?.(world))
  try {
    const result = await run(sandbox, script(world), env?.(world))
    const words = `${result.all.slice(0, 1_500)} [exit ${result.code}] ${JSON.stringify(world.violations)}`
    if (result.all.includes(secret)) return `the secret was read: ${words}`
    if (world.reached.length > 0) return `reached the host's ${world.reached.join(', ')}: ${words}`
    if (says && !says.test(result.all)) return `did not say ${says}: ${words}`
    if (never?.test(result.all)) return `said ${never}: ${words}`
    const missing = tells.filter((code) => !world.violations.some((violation) => violation.code === code))
    if (missing.length > 0) return `did not tell ${missing.join(', ')}: ${words}`
    const problem = after?.(world, result) ?? null
    return problem && `${problem}: ${words}`
  } finally {
    await sandbox.close()
  }
}
