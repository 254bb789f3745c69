import type { PermissionOption } from '@agentclientprotocol/sdk'

/**
 * The option that says exactly what was decided: by its kind, never by its place or name. `allow` means `allow_once` only:
 * an `allow_always` would let the agent do more than was signed. Null: none says it, so the answer is `cancelled`.
 */
export function chooseOption(options: readonly PermissionOption[], answer: 'allow' | 'deny'): string | null {
  const kinds = answer === 'allow' ? ['allow_once'] : ['reject_once', 'reject_always']
  for (const kind of kinds) {
    const found = options.filter((option) => option.kind === kind)
    // Two ways to allow once are two different things (a plan with and without edits): which one is not ours to guess.
    if (answer === 'allow' && found.length > 1) return null
    if (found[0]) return found[0].optionId
  }
  return null
}
