import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type LoadedPolicy, readPolicy, usualPolicy } from '#host-agent/policy/policy.ts'
import { ok, type Result, refused } from '#protocol/errors.ts'
import type { Home } from './home.ts'

export const policyOption = ['--policy <file>', 'the file; default: host/policy.yaml in COUNTERSIGN_HOME'] as const

/**
 * The policy that a verb is about, read and never made; `path` says where it is, or that it is the usual one where a host has none yet. Errors: `policy_invalid`, with the
 * file and the line.
 */
export async function policyFile(
  home: Home,
  given: string | undefined,
): Promise<Result<LoadedPolicy & { path: string }>> {
  const path = given ?? join(home.host, 'policy.yaml')
  const isMissing = given === undefined && !existsSync(path)
  const content = isMissing ? usualPolicy : await readFile(path, 'utf8').catch(() => null)
  if (content === null)
    return refused('policy_invalid', `${path} ${existsSync(path) ? 'can’t be read' : 'is not there'}`)
  const read = await readPolicy(content)
  if (!read.ok) return refused('policy_invalid', `${path}: ${read.detail}`)
  return ok({ ...read.value, path: isMissing ? `the usual rules, for ${path} is not there yet` : path })
}
