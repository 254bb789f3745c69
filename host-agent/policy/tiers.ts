import type { Tier } from '#protocol/statements/trust-entry.ts'

/** How risky an operation is and why, in plain sentences of the host's own. */
export type Risk = { tier: Tier; why: string[]; uninspectable: string[]; hosts: string[] }

export const noRisk: Risk = { tier: 0, why: [], uninspectable: [], hosts: [] }

export const risk = (tier: Tier, why: string, more: Partial<Risk> = {}): Risk => ({
  tier,
  why: [why],
  uninspectable: [],
  hosts: [],
  ...more,
})

/** The riskier of both decides; its reasons come first, all are kept within the limits of an operation. */
export function worse(a: Risk, b: Risk): Risk {
  const [first, second] = b.tier > a.tier ? [b, a] : [a, b]
  const join = <T>(x: T[], y: T[], max: number) => [...new Set([...x, ...y])].slice(0, max)
  return {
    tier: first.tier,
    why: join(first.why, second.why, 10),
    uninspectable: join(first.uninspectable, second.uninspectable, 10),
    hosts: join(first.hosts, second.hosts, 50),
  }
}

/** What can't be inspected is never below tier 2. */
export const hidden = (what: string): Risk => ({ tier: 2, why: [what], uninspectable: [what], hosts: [] })

/** What can't be inspected of an input for its length alone. */
export const tooLong = 'It is too long to be shown whole'
