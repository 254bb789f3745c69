import * as z from 'zod/mini'
import { Millis, text } from '../encoding.ts'
import { InputId } from '../ids.ts'
import { limits } from '../limits.ts'

/** One session as its agent tells of it: all of it is the agent's word. */
export const ListedSession = z.strictObject({
  id: text(limits.sessionIdChars),
  title: z.optional(text(120)),
  updatedAt: z.optional(Millis),
})
export type ListedSession = z.infer<typeof ListedSession>

/** What an agent answered to an input `list-sessions`: its sessions in that project, newest first. */
export const Listing = z.strictObject({
  input: InputId,
  agent: text(80),
  /** The project's path. */
  project: text(4_096),
  sessions: z.array(ListedSession).check(z.maxLength(limits.listedSessions)),
  /** There are more than are named. */
  isCut: z.optional(z.boolean()),
  /** Why there are none to tell. Absent: it answered. */
  code: z.optional(text(80)),
  at: Millis,
})
export type Listing = z.infer<typeof Listing>

/** A session that somebody started in a terminal, as its hooks tell of it. */
export const TerminalSession = z.strictObject({
  agent: text(80),
  /** The project's name. */
  project: text(120),
  since: Millis,
  /** When people were asked last, and what. Absent: they were not yet. */
  askedAt: z.optional(Millis),
  asked: z.optional(text(200)),
  /** Questions that wait for people now. */
  asking: z.int().check(z.nonnegative()),
})
export type TerminalSession = z.infer<typeof TerminalSession>
