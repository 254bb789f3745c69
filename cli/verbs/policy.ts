import type { AddVerb } from '../verb.ts'
import { addPolicyCheck } from './policy-check.ts'
import { addPolicyReplay } from './policy-replay.ts'
import { addPolicySchema } from './policy-schema.ts'
import { addPolicyTest } from './policy-test.ts'

/** `countersign policy …`: the rules that answer without a person, looked at before they count. */
export const addPolicy: AddVerb = (program, run) => {
  const policy = program.command('policy').description('on a host: the rules that answer without a person')
  for (const add of [addPolicyCheck, addPolicyTest, addPolicyReplay, addPolicySchema]) add(policy, run)
}
