import type { Refused } from '#protocol/errors.ts'
import { refused } from '#protocol/errors.ts'

/**
 * A way to a model, or to a service of this machine, by a name that is known inside only through it. The key stays outside: the proxy
 * adds `headers` to requests for this host and port, encrypted or to a `target` of the person's own choice, and to no others.
 */
export type Route = {
  host: string
  /** Default 443. */
  port?: number
  /** Where it leads. Absent: to the host itself, by TLS. `host` may be this machine: the person named it. */
  target?: { host: string; port: number; tls: boolean }
  headers: Readonly<Record<string, string>>
  /** Variables for the agent: the address under which it finds the model, and something in the place of the key. */
  env: Readonly<Record<string, string>>
  /** `registry`: packages can be read and not published. Default `model`: everything may be asked of it. */
  kind?: 'model' | 'registry'
}

/** Package registries: reading is allowed, whatever changes them is not. */
export const registryHosts: readonly string[] = [
  'registry.npmjs.org',
  'registry.yarnpkg.com',
  'npm.pkg.github.com',
  'npm.jsr.io',
  'api.jsr.io',
  'upload.pypi.org',
  'test.pypi.org',
  'crates.io',
  'rubygems.org',
]

/** Where git is hosted: everything is allowed but a push. */
export const gitHosts: readonly string[] = ['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org']

export type Inspection = 'registry' | 'git' | 'model'

export type InspectedRequest = { method: string; path: string; headers: Readonly<Record<string, unknown>> }

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])
const audits = new Set([
  '/-/npm/v1/security/advisories/bulk',
  '/-/npm/v1/security/audits',
  '/-/npm/v1/security/audits/quick',
])
const overrides = ['x-http-method-override', 'x-http-method', 'x-method-override']

/** Judges one request to an inspected host; null: it may pass. */
export function judgeRequest(inspection: Inspection, host: string, request: InspectedRequest): Refused | null {
  if (inspection === 'model') return null
  const { method, headers } = request
  const [path = '', ...query] = request.path.split('?')
  const search = query.join('?')
  if (overrides.some((name) => name in headers))
    return refused('sandbox_publish_blocked', `${method} ${host}, disguised`)
  if (inspection === 'git') {
    const isPush = decoded(request.path).toLowerCase().includes('receive-pack')
    return isPush ? refused('sandbox_publish_blocked', `git push to ${host}`) : null
  }
  const isAudit = method === 'POST' && audits.has(path)
  // npm announces a change by ?write=true on the reading before it.
  const isReading = reading.has(method) && !decoded(search).toLowerCase().includes('write=')
  return isReading || isAudit ? null : refused('sandbox_publish_blocked', `${method} ${host}${path.slice(0, 200)}`)
}

/** Percent signs decoded until none decodes: a server may do it once more than we. */
function decoded(text: string): string {
  try {
    const next = decodeURIComponent(text)
    return next === text ? text : decoded(next)
  } catch {
    return text
  }
}
