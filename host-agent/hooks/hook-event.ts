import * as z from 'zod/mini'

/** Agents whose hooks are served, by the names of their programs' makers. */
export const HookAgent = z.enum(['claude-code', 'codex'])
export type HookAgent = z.infer<typeof HookAgent>

/**
 * What both agents tell their hooks, as measured on Claude Code 2.1.316 and Codex 0.166; what else they tell is not looked at. `PreToolUse` comes before
 * every use of a tool, `PermissionRequest` beside the open dialog, `PostToolUse` after it ran, `Stop` and `SessionEnd` when nothing is under way any more.
 */
export const HookEvent = z.object({
  session_id: z.string().check(z.minLength(1), z.maxLength(200)),
  cwd: z.string().check(z.minLength(1), z.maxLength(4_096)),
  hook_event_name: z.enum(['PreToolUse', 'PermissionRequest', 'PostToolUse', 'Stop', 'SessionEnd']),
  tool_name: z.optional(z.string().check(z.maxLength(300))),
  tool_input: z.optional(z.unknown()),
})
export type HookEvent = z.infer<typeof HookEvent>

/** What the agent is told. `keyboard`: whoever sits there is asked by the agent itself; `silence`: there is nothing to say. */
export type HookAnswer =
  | { answer: 'allow' }
  | { answer: 'deny'; reason: string }
  | { answer: 'keyboard'; reason: string }
  | { answer: 'silence' }
