import { reviewPolicy } from '#host-agent/policy/review-policy.ts'
import { policyFile, policyOption } from '../policy-file.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign policy check`: whether the file is valid, and what in it is surely not meant. */
export const addPolicyCheck: AddVerb = (policy, run) => {
  policy
    .command('check')
    .description('check the file: mistakes with their line, and rules that never answer')
    .option(...policyOption)
    .option('--json', 'one JSON object a line')
    .action((options: { policy?: string }, command) =>
      run(command, async ({ home }, output) => {
        const read = await policyFile(home, options.policy)
        if (!read.ok) return read
        const { policy, policyHash, path } = read.value
        const remarks = reviewPolicy(policy)
        for (const { rule, remark } of remarks) output.fact('remark', { rule, remark }, `rule ${rule}: ${remark}`)
        const facts = { path, rules: policy.rules.length, tests: policy.tests?.length ?? 0, remarks: remarks.length }
        output.fact(
          'policy',
          { ...facts, policyHash },
          `✓ ${path}: ${facts.rules} rules, ${facts.tests} tests, ${facts.remarks} remarks`,
        )
        return null
      }),
    )
}
