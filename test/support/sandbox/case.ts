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
  /** Why it can't hold for root, where it can't. */
}

/** Null: it held. Else what went wrong. */
export async function attempt(
  world: World,
  { options, prepare, script, says, never, tells = [], after }: Case,
): Promise<string | null> {
  prepare?.(world)
  const sandbox = await world.open(options?.(world))
  try {
    const result = await run(sandbox, script(world))
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
