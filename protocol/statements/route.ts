import * as z from 'zod/mini'
import { text } from '../encoding.ts'

/** What a task is for, as its words say. */
export const Intent = z.enum(['explain', 'review', 'code', 'fix', 'test', 'deploy'])
export type Intent = z.infer<typeof Intent>

/** Sends tasks to an agent and, where it names one, to a model of it. Everything that is named has to fit; a route that names nothing fits every task. The first that fits is taken. */
export const Route = z.strictObject({
  name: text(60),
  intents: z.optional(z.array(Intent).check(z.maxLength(6))),
  /** Longest task text, in words. */
  mostWords: z.optional(z.int().check(z.minimum(1), z.maximum(100_000))),
  /** Name of a project. */
  project: z.optional(text(200)),
  agent: text(80),
  /** Which of the agent's models, by its id. Absent: as the agent has it. */
  model: z.optional(text(200).check(z.minLength(1))),
})
export type Route = z.infer<typeof Route>
