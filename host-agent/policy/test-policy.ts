import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import type { Edit, ToolRequest } from '../agents/driver.ts'
import { buildOperation } from '../approvals/operation.ts'
import { createFileHasher } from '../files.ts'
import { evaluatePolicy, type Verdict } from './evaluate-policy.ts'
import type { Policy } from './policy.ts'
import type { PolicyTest } from './policy-test.ts'

export type PolicyTested = { test: PolicyTest; got: Verdict | null; passed: boolean; code?: string }

const list = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])

/**
 * Runs the tests of a policy file for a project folder, by the same code that judges an agent's operations. Nothing is run and nothing changed.
 * Errors: `policy_invalid` where the file has no tests.
 */
export async function testPolicy(policy: Policy, project: string, now: number): Promise<Result<PolicyTested[]>> {
  const { tests = [] } = policy
  if (tests.length === 0) return refused('policy_invalid', 'it has no tests: write them under "tests:"')
  const tested: PolicyTested[] = []
  for (const test of tests) {
    const built = await buildOperation(await requestOf(test, project), {
      crypto: nodeCrypto,
      hostId: `hst_${'A'.repeat(43)}`,
      project,
      salt: 'A'.repeat(43),
      known: [],
      hasher: createFileHasher(),
    })
    if (!built.ok) {
      tested.push({ test, got: null, passed: false, code: built.code })
      continue
    }
    const operation = { ...built.value, hosts: [...built.value.hosts, ...list(test.host)] }
    const got = evaluatePolicy(policy, operation, {
      agent: test.agent ?? 'command',
      project,
      branch: test.branch ?? null,
      now: test.at === undefined ? now : Date.parse(test.at),
    })
    const asExpected = got.verdict === test.expect && (test.rule === undefined || (got.rule ?? 0) === test.rule)
    tested.push({ test, got, passed: asExpected })
  }
  return ok(tested)
}

async function requestOf({ command, kind, path, agent }: PolicyTest, project: string): Promise<ToolRequest> {
  const paths = list(path)
  const is = kind ?? (command === undefined ? 'edit' : 'command')
  return {
    kind: is,
    driver: `acp:${agent ?? 'command'}`,
    binding: 'fenced',
    input: command === undefined ? { paths } : { command },
    command: command ?? null,
    edits: is === 'edit' ? await Promise.all(paths.map((name) => editOf(name, project))) : [],
    paths: is === 'edit' ? [] : paths,
    reads: false,
    unknown: [],
  }
}

/** A change that fits the file as it is now: an agent's would, too. */
async function editOf(path: string, project: string): Promise<Edit> {
  const oldText = await readFile(resolve(project, path), 'utf8').catch(() => null)
  return { path, oldText, newText: `${oldText ?? ''}\n` }
}
