import * as z from 'zod/mini'
import { text } from '../encoding.ts'

/**
 * What an agent means to do before it has changed anything: of an operation of kind `plan`, whose `files` are the paths that it would create, modify or
 * delete. Approved, exactly these files may be changed in these ways, and exactly these commands run in the operation's folder, until the session ends.
 */
export const Plan = z.strictObject({
  /** The agent's own words, in its order: shown, and nothing is allowed by them. */
  steps: z.array(text(500)).check(z.maxLength(40)),
  /** Each the words of one simple command. Empty: none may run. */
  commands: z.array(z.array(text(8_192)).check(z.minLength(1), z.maxLength(256))).check(z.maxLength(40)),
})
export type Plan = z.infer<typeof Plan>
