import * as z from 'zod/mini'

const Person = z.nullish(z.object({ login: z.string() }))
const nobody = 'nobody'
export const loginOf = (person: z.infer<typeof Person>): string => person?.login || nobody

/** A pull request as `gh pr list --json` tells it; times are ISO 8601. */
export const Pull = z.object({
  number: z.int().check(z.positive()),
  title: z.string(),
  author: Person,
  headRefName: z.string(),
  state: z.enum(['OPEN', 'MERGED', 'CLOSED']),
  createdAt: z.string(),
  mergedAt: z.nullish(z.string()),
})
export type Pull = z.infer<typeof Pull>

const Said = z.object({ author: Person, body: z.string(), state: z.optional(z.string()) })

/** The same with what people wrote about it, as `gh pr view --json` tells it. */
export const WholePull = z.extend(Pull, {
  baseRefName: z.string(),
  body: z.string(),
  url: z.string(),
  isCrossRepository: z.boolean(),
  comments: z.array(Said),
  reviews: z.array(Said),
})
export type WholePull = z.infer<typeof WholePull>
