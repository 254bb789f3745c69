import * as z from 'zod/mini'
import { text } from '../encoding.ts'

const id = text(200).check(z.minLength(1))
/** Ids are the agent's and go back to it; names are its words for them. */
const offers = z.optional(z.array(z.strictObject({ id, name: text(120) })).check(z.maxLength(40)))

/** What of an agent's session a person may choose, as it offered it last. Absent: nothing. Of modes only those in which it asks before it acts, and the one in which it plans. */
export const AgentChoices = z.strictObject({ model: offers, mode: offers, effort: offers })
export type AgentChoices = z.infer<typeof AgentChoices>

/** What is chosen, by id. Absent: as the agent has it. */
export const Chosen = z.strictObject({ model: z.optional(id), mode: z.optional(id), effort: z.optional(id) })
export type Chosen = z.infer<typeof Chosen>
