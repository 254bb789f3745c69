import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type LoadedPolicy, readPolicy } from '#host-agent/policy.ts'
import { type Result, refused } from '#protocol/errors.ts'
import type { Home } from './home.ts'

export const policyOption = ['--policy <file>', 'the file; default: host/policy.yaml in COUNTERSIGN_HOME'] as const

/** The policy that a verb is about, read and never made. Errors: `policy_invalid`, with the file and the line. */
export async function policyFile(
  home: Home,
  given: string | undefined,
): Promise<Result<LoadedPolicy & { path: string }>> {
  const path = given ?? join(home.host, 'policy.yaml')
  const content = await readFile(path, 'utf8').catch(() => null)
  if (content === null) return refused('policy_invalid', `${path} can’t be read`)
  const read = await readPolicy(content)
  return read.ok ? { ok: true, value: { ...read.value, path } } : refused('policy_invalid', `${path}: ${read.detail}`)
}
