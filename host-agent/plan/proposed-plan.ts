import * as z from 'zod/mini'
import { text } from '#protocol/encoding.ts'

const path = text(4_096).check(z.minLength(1))
const paths = z.optional(z.array(path).check(z.maxLength(100)))
const line = text(8_192).check(z.minLength(1))

/**
 * What an agent says that it would do, in the block of JSON that the host asks for: paths of the project, command lines as they would be typed. Absent and empty lists
 * name nothing. Of a folder only `delete` may be said, which means all that is in it.
 */
export const PlanBlock = z.strictObject({
  steps: z.optional(z.array(text(500)).check(z.maxLength(40))),
  modify: paths,
  create: paths,
  delete: paths,
  run: z.optional(z.array(line).check(z.maxLength(40))),
})

/** A plan as the agent means it, before the host has looked at the disk. `commands`: the words of each. */
export type ProposedPlan = {
  steps: readonly string[]
  files: readonly { path: string; change: 'create' | 'modify' | 'delete' }[]
  commands: readonly { line: string; argv: readonly string[] }[]
}
