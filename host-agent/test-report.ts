import type { AgentEvent } from './agents/driver.ts'

export type TestReport = AgentEvent & { type: 'tests' }

/**
 * Reads the counts and failures from what `node --test` prints, in TAP (version 13 or 14) or in its own form for people. Null where
 * the output ends without the counts: then nothing is claimed.
 */
export function readTestReport(output: string): TestReport | null {
  const count = (name: string) => {
    const found = [...output.matchAll(new RegExp(`^(?:#|ℹ) ${name} (\\d+)\\s*$`, 'gm'))].at(-1)?.[1]
    return found === undefined ? undefined : Number(found)
  }
  const passed = count('pass')
  const failed = count('fail')
  if (passed === undefined || failed === undefined) return null
  const names = [...output.matchAll(/^[ \t]*(?:not ok \d+ - |✖ )(.+?)(?: \([\d.]+m?s\))?\s*$/gm)]
    .map((found) => found[1] ?? '')
    .filter((name) => !/^failing tests:/.test(name) && !/# (SKIP|TOD[O])\b/i.test(name))
  return {
    type: 'tests',
    passed,
    failed: failed + (count('cancelled') ?? 0),
    skipped: (count('skipped') ?? 0) + (count('todo') ?? 0),
    failures:
      failed === 0
        ? []
        : [...new Set(names)]
            .slice(0, 20)
            .map((name) => ({ name: name.slice(0, 500), message: messageOf(output, name) })),
  }
}

/** TAP carries the reason of a failure in a YAML block below it. */
function messageOf(output: string, name: string): string {
  const after = output.slice(output.indexOf(name) + name.length)
  return /^\s*error: (?:\|-\s*\n)?\s*['"]?(.+?)['"]?\s*$/m.exec(after.slice(0, 2_000))?.[1]?.slice(0, 500) ?? ''
}
