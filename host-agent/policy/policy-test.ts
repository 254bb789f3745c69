import * as z from 'zod/mini'
import { OperationKind } from '#protocol/statements/operation.ts'

const word = z.string().check(z.minLength(1), z.maxLength(4_000))

/** A test that stands beside the rules: an operation as an agent would ask for it, and what the policy has to answer. */
export const PolicyTest = z.strictObject({
  name: z.optional(word),
  /** The command line; makes the kind `command`. */
  command: z.optional(word),
  kind: z.optional(OperationKind),
  /** Files that it touches, relative to the project. */
  path: z.optional(z.union([word, z.array(word).check(z.maxLength(50))])),
  /** Network hosts that it names, besides those of the command. */
  host: z.optional(z.union([word, z.array(word).check(z.maxLength(50))])),
  agent: z.optional(word),
  branch: z.optional(word),
  /** ISO 8601, with or without an offset: without one it is this machine's time. */
  at: z.optional(z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)), 'not a time'))),
  expect: z.enum(['allow', 'ask', 'deny']),
  /** The number of the rule that has to answer, counted from 1; 0: none. */
  rule: z.optional(z.int().check(z.nonnegative())),
})
export type PolicyTest = z.infer<typeof PolicyTest>
