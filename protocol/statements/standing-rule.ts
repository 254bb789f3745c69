import * as z from 'zod/mini'
import { Millis, text } from '../encoding.ts'

/**
 * What a decision with scope `session` or `rule` lets run from then on without asking: one simple command of exactly these words in the same folder, so often and so long.
 * A last path component `*` (`src/*`) stands for any path below that folder of the project.
 */
export const StandingRule = z.strictObject({
  argv: z.array(text(8_192)).check(z.minLength(1), z.maxLength(256)),
  /** How many times, all tasks together. */
  uses: z.int().check(z.minimum(1), z.maximum(1_000)),
  expiresAt: Millis,
})
export type StandingRule = z.infer<typeof StandingRule>
