import { ok, type Result, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { Operation } from '#protocol/statements/operation.ts'

/**
 * The words of a denial by which an agent plans again without what a person took out: files by their paths from the project (a folder with all in it) and commands as they
 * are shown. Errors: `plan_without` where the plan names no such thing, or where it is too much for one denial.
 */
export function planWithout({ files, plan, cwd }: Operation, taken: readonly string[]): Result<string> {
  const below = `${cwd.path.replace(/\/$/, '')}/`
  const paths = files.map(({ path }) => (path.startsWith(below) ? path.slice(below.length) : path))
  const commands = new Set(plan?.commands.map((words) => words.join(' ')))
  const isPlanned = (item: string) =>
    commands.has(item) || paths.some((path) => path === item || path.startsWith(`${item}/`))
  const unknown = taken.find((item) => !isPlanned(item))
  if (unknown !== undefined || taken.length === 0) return refused('plan_without', unknown)
  const words = `Leave this out, and do it in no other way: ${taken.map((item) => JSON.stringify(item)).join(', ')}. Keep the rest.`
  return words.length > limits.reasonChars ? refused('plan_without', `${taken.length} at once are too many`) : ok(words)
}
