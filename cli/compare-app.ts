import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { contentSecurityPolicy } from '#local/site.ts'
import { ok, type Result, refused } from '#protocol/errors.ts'

/** `differs`: other bytes. `missing`: it is not served, or somewhere else. `policy`: the page may load or run more than ours lets it. */
export type Difference = { path: string; why: 'differs' | 'missing' | 'policy' }
export type Comparison = { files: number; differences: readonly Difference[] }

const atOnce = 8

/**
 * Compares what an origin serves with a built app, byte by byte, and the policy under which the page runs (CSP level 3): with it the page can load nothing
 * else, so files that are served besides do no harm. `folder`: the build. Refuses with `relay_unreachable` when the origin does not answer.
 */
export async function compareApp(
  folder: string,
  origin: string,
  ask: typeof fetch = fetch,
): Promise<Result<Comparison>> {
  const built = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/'))
  // What a phone opens: the page has no name of its own there.
  const wanted = [
    ...built.map((path) => ({ path, file: path })),
    ...['/', '/p'].map((path) => ({ path, file: '/index.html' })),
  ]
  const differences: Difference[] = []
  try {
    for (let at = 0; at < wanted.length; at += atOnce) {
      const compared = wanted.slice(at, at + atOnce).map(async ({ path, file }) => {
        const response = await ask(new URL(path, origin), { cache: 'no-store', redirect: 'manual' })
        const served = Buffer.from(await response.arrayBuffer())
        if (response.status !== 200) return differences.push({ path, why: 'missing' })
        if (hash(served) !== hash(readFileSync(join(folder, file)))) differences.push({ path, why: 'differs' })
        if (file === '/index.html' && !isStrict(response.headers.get('content-security-policy')))
          differences.push({ path, why: 'policy' })
      })
      await Promise.all(compared)
    }
  } catch (cause) {
    return refused('relay_unreachable', cause instanceof Error ? cause.message : undefined)
  }
  return ok({ files: built.length, differences: differences.sort((a, b) => (a.path < b.path ? -1 : 1)) })
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** All that ours says, but for where the page may connect to: that names the relay's own addresses. */
function isStrict(policy: string | null): boolean {
  const directives = (text: string) =>
    text
      .split(';')
      .map((directive) => directive.trim())
      .filter((directive) => directive !== '' && !directive.startsWith('connect-src '))
      .sort()
  return directives(policy ?? '').join(';') === directives(contentSecurityPolicy([])).join(';')
}
