import * as z from 'zod/mini'
import { ok, type Result, refused } from '#protocol/errors.ts'
import type { Gh } from '../git/gh.ts'
import { Pull, WholePull } from './pull.ts'

/** The newest; one that is older is found by its number. */
const mostPulls = 100

/** The repository's pull requests, the newest first. Errors: `pull_unread`, with gh's own words. */
export const listPulls = (gh: Gh, repository: string): Promise<Result<Pull[]>> => {
  const what = ['--state', 'all', '--limit', String(mostPulls), '--json', fieldsOf(Pull)]
  return read(gh, ['pr', 'list', '--repo', repository, ...what], z.array(Pull))
}

/** One of them with what people wrote about it. Errors: `pull_unread`. */
export const readPull = (gh: Gh, repository: string, number: number): Promise<Result<WholePull>> =>
  read(gh, ['pr', 'view', String(number), '--repo', repository, '--json', fieldsOf(WholePull)], WholePull)

const fieldsOf = ({ shape }: { shape: Record<string, unknown> }): string => Object.keys(shape).join(',')

async function read<T>(gh: Gh, args: readonly string[], schema: z.ZodMiniType<T>): Promise<Result<T>> {
  const { ok: isDone, out, words } = await gh.run(args)
  if (!isDone) return refused('pull_unread', words.slice(0, 300))
  try {
    const read = schema.safeParse(JSON.parse(out))
    if (read.success) return ok(read.data)
  } catch {
    // Not JSON: the same refusal.
  }
  return refused('pull_unread', 'gh answered something else than expected; a newer gh may help')
}
