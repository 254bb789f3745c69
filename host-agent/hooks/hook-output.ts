import type { HookAgent, HookAnswer, HookEvent } from './hook-event.ts'

/**
 * What a hook writes to standard output for an answer; null: nothing. Codex takes no `allow` and no `ask` before a tool's use: there silence lets the
 * tool go on, so whatever is not allowed is denied. A permission request that gets no answer stays with the dialog.
 */
export function hookOutput(agent: HookAgent, name: HookEvent['hook_event_name'], said: HookAnswer): object | null {
  if (said.answer === 'silence') return null
  if (name === 'PreToolUse') {
    const reason = said.answer === 'allow' ? 'Countersign' : `Countersign: ${said.reason}`
    if (agent === 'codex' && said.answer === 'allow') return null
    const permissionDecision = said.answer === 'keyboard' ? (agent === 'codex' ? 'deny' : 'ask') : said.answer
    return {
      hookSpecificOutput: { hookEventName: name, permissionDecision, permissionDecisionReason: reason },
    }
  }
  if (name !== 'PermissionRequest' || said.answer === 'keyboard') return null
  const decision =
    said.answer === 'allow' ? { behavior: 'allow' } : { behavior: 'deny', message: `Countersign: ${said.reason}` }
  return { hookSpecificOutput: { hookEventName: name, decision } }
}
