import * as z from 'zod/mini'
import { text } from '../encoding.ts'

const key = text(100).check(z.minLength(1))
/** What an agent calls a field. All of it is its own word. */
const described = {
  key,
  label: text(200),
  hint: z.optional(text(500)),
  required: z.boolean(),
}
const count = z.optional(z.int().check(z.nonnegative()))
const options = z
  .array(z.strictObject({ value: text(200).check(z.minLength(1)), label: text(200), hint: z.optional(text(300)) }))
  .check(z.minLength(1), z.maxLength(40))

/** One field of a form. An absent bound bounds nothing but what `Answers` does; an absent `initial` is an empty field. */
export const FormField = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('text'),
    ...described,
    least: count,
    most: count,
    format: z.optional(z.enum(['email', 'uri', 'date', 'date-time'])),
    /** A regular expression of the agent's: shown, never run here. The agent holds the answer to it. */
    pattern: z.optional(text(200)),
    initial: z.optional(text(2_000)),
  }),
  z.strictObject({
    type: z.enum(['number', 'integer']),
    ...described,
    least: z.optional(z.number()),
    most: z.optional(z.number()),
    initial: z.optional(z.number()),
  }),
  z.strictObject({ type: z.literal('boolean'), ...described, initial: z.optional(z.boolean()) }),
  z.strictObject({ type: z.literal('one'), ...described, options, initial: z.optional(text(200)) }),
  z.strictObject({
    type: z.literal('many'),
    ...described,
    options,
    least: count,
    most: count,
    initial: z.optional(z.array(text(200)).check(z.maxLength(40))),
  }),
])
export type FormField = z.infer<typeof FormField>

/** What an agent wants to know of a person: of an operation of kind `question`. No fields: only whether to go on. Every word of it is the agent's. */
export const Form = z.strictObject({
  message: text(2_000),
  fields: z.array(FormField).check(z.maxLength(20)),
})
export type Form = z.infer<typeof Form>

export const AnswerValue = z.union([text(2_000), z.number(), z.boolean(), z.array(text(200)).check(z.maxLength(40))])
export type AnswerValue = z.infer<typeof AnswerValue>

/** What a person filled in, in any order. A field that is not there was left empty; an empty list fills nothing in. */
export const Answers = z.array(z.strictObject({ key, value: AnswerValue })).check(z.maxLength(20))
export type Answers = z.infer<typeof Answers>
