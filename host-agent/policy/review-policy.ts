import type { Policy } from './policy.ts'

export type PolicyRemark = { rule: number; remark: string }

/** What is valid and still surely not meant: rules that nothing reaches, and permissions that never hold. Rules are counted from 1. */
export function reviewPolicy({ rules }: Policy): PolicyRemark[] {
  const remarks: PolicyRemark[] = []
  const all = rules.findIndex(({ match }) => Object.keys(match).length === 0)
  for (const [index, { match, verdict, tier }] of rules.entries()) {
    const rule = index + 1
    if (all !== -1 && index > all) remarks.push({ rule, remark: `Rule ${all + 1} matches everything before it` })
    else if (rules.slice(0, index).some((earlier) => same(earlier.match, match)))
      remarks.push({ rule, remark: 'An earlier rule matches exactly the same' })
    if (verdict === 'allow' && (tier === 3 || onlyTier3(match.tier)))
      remarks.push({ rule, remark: 'Nothing of tier 3 is allowed without a person: this asks' })
    if (verdict === 'allow' && Object.keys(match).length === 0)
      remarks.push({ rule, remark: 'It allows every command and change up to tier 2' })
    if (Object.values(match).some((value) => Array.isArray(value) && value.length === 0))
      remarks.push({ rule, remark: 'An empty list matches nothing' })
  }
  return remarks
}

const same = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other)
const onlyTier3 = (tier: unknown): boolean => (Array.isArray(tier) ? tier : [tier]).every((each) => each === 3)
