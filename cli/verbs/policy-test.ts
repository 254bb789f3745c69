import { resolve } from 'node:path'
import { testPolicy } from '#host-agent/policy/test-policy.ts'
import { policyFile, policyOption } from '../policy-file.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign policy test`: runs the tests that stand beside the rules. */
export const addPolicyTest: AddVerb = (policy, run) => {
  policy
    .command('test')
    .description('run the tests that stand in the file under "tests:"; nothing of what they name is run')
    .option(...policyOption)
    .option('--project <dir>', 'the folder that paths are relative to; default: this one')
    .option('--json', 'one JSON object a line')
    .action((options: { policy?: string; project?: string }, command) =>
      run(command, async ({ home }, output) => {
        const read = await policyFile(home, options.policy)
        if (!read.ok) return read
        const tested = await testPolicy(read.value.policy, resolve(options.project ?? '.'), Date.now())
        if (!tested.ok) return tested
        for (const [index, { test, got, passed, code }] of tested.value.entries()) {
          const name = test.name ?? test.command ?? [test.kind ?? 'edit', test.path ?? []].flat().join(' ')
          const rule = got === null ? '' : got.rule === null ? ', no rule matches' : `, rule ${got.rule}`
          const said = got === null ? code : `${got.verdict}${rule}, tier ${got.tier}`
          output.fact(
            'test',
            {
              test: index + 1,
              name,
              passed,
              expect: test.expect,
              verdict: got?.verdict ?? null,
              rule: got?.rule ?? null,
            },
            passed ? `✓ ${name}: ${said}` : `✗ ${name}: expected ${test.expect}, got ${said}`,
          )
        }
        const failed = tested.value.filter(({ passed }) => !passed).length
        const passed = tested.value.length - failed
        output.fact('summary', { passed, failed }, `${passed} passed, ${failed} failed`)
        return failed === 0 ? null : 'unsuccessful'
      }),
    )
}
