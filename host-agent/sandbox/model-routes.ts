import { isIP } from 'node:net'
import type { Route } from './network/routes.ts'

type ModelAccess = {
  /** The variable that holds the key. It stays outside: inside it says `placeholder`. */
  key: string
  /** The variable for another address than the usual one. */
  base?: string
  /** The usual address; absent: only `base` says it. */
  host?: string
  header: 'authorization' | 'x-api-key' | 'x-goog-api-key'
}

/** How agents reach their models, by the variables that they read. One that is not listed gets no key inside. */
const accesses: readonly ModelAccess[] = [
  { key: 'ANTHROPIC_API_KEY', base: 'ANTHROPIC_BASE_URL', host: 'api.anthropic.com', header: 'x-api-key' },
  { key: 'ANTHROPIC_AUTH_TOKEN', base: 'ANTHROPIC_BASE_URL', host: 'api.anthropic.com', header: 'authorization' },
  { key: 'CLAUDE_CODE_OAUTH_TOKEN', host: 'api.anthropic.com', header: 'authorization' },
  { key: 'OPENAI_API_KEY', base: 'OPENAI_BASE_URL', host: 'api.openai.com', header: 'authorization' },
  { key: 'CODEX_API_KEY', base: 'OPENAI_BASE_URL', host: 'api.openai.com', header: 'authorization' },
  {
    key: 'GEMINI_API_KEY',
    base: 'GOOGLE_GEMINI_BASE_URL',
    host: 'generativelanguage.googleapis.com',
    header: 'x-goog-api-key',
  },
  {
    key: 'GOOGLE_API_KEY',
    base: 'GOOGLE_GEMINI_BASE_URL',
    host: 'generativelanguage.googleapis.com',
    header: 'x-goog-api-key',
  },
  { key: 'OPENROUTER_API_KEY', host: 'openrouter.ai', header: 'authorization' },
  { key: 'DASHSCOPE_API_KEY', host: 'dashscope.aliyuncs.com', header: 'authorization' },
  { key: 'COPILOT_PROVIDER_API_KEY', base: 'COPILOT_PROVIDER_BASE_URL', header: 'authorization' },
]

/** What agents find in the place of a key. */
export const placeholder = 'added-outside-of-the-sandbox'

/**
 * The ways to the models that an agent's environment names. A key is added by the proxy to requests for its model's host and no other. A model at a
 * plain address (one of this machine, mostly) is found inside under a name that leads there and nowhere else. `keyHosts`: further models, by the variable that holds the
 * key for them.
 */
export function modelRoutes(
  env: Readonly<Record<string, string | undefined>>,
  keyHosts: Readonly<Record<string, string>> = {},
): Route[] {
  const routes = new Map<string, Route>()
  const further = Object.entries(keyHosts).map(([key, host]): ModelAccess => ({ key, host, header: 'authorization' }))
  for (const { key, base, host, header } of [...accesses, ...further]) {
    const secret = env[key]
    const place = placeOf(base ? env[base] : undefined, host, base ?? key)
    if (!place || (secret === undefined && place.address === null)) continue
    const name = `${place.route.host}:${place.route.port}`
    const known = routes.get(name) ?? place.route
    const value = header === 'authorization' ? `Bearer ${secret}` : (secret ?? '')
    routes.set(name, {
      ...known,
      headers: { ...(secret === undefined ? {} : { [header]: value }), ...known.headers },
      env: {
        ...known.env,
        ...(base && place.address !== null ? { [base]: place.address } : {}),
        ...(secret === undefined ? {} : { [key]: placeholder }),
      },
    })
  }
  return [...routes.values()]
}

/** By what name a model is found inside whose plain address a variable holds: also for agents that read the address in a file. */
export const nameInside = (variable: string): string => `${variable.toLowerCase().replaceAll('_', '-')}.internal`

/** The route without key and variables, and the address to be said inside; null: the usual one, which needs no saying. */
function placeOf(
  base: string | undefined,
  host: string | undefined,
  variable: string,
): { route: Route; address: string | null } | null {
  const bare = { headers: {}, env: {} }
  if (!base) return host === undefined ? null : { route: { ...bare, host, port: 443 }, address: null }
  if (!URL.canParse(base)) return null
  const url = new URL(base)
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const tls = url.protocol === 'https:'
  const port = Number(url.port || (tls ? 443 : 80))
  const target = { host: name, port, tls }
  // What goes encrypted keeps its name, by which its certificate is judged.
  if (tls && isIP(name) === 0 && name !== 'localhost')
    return { route: { ...bare, host: name, port, target }, address: base }
  const alias = nameInside(variable)
  const rest = `${url.pathname === '/' ? '' : url.pathname}${url.search}`
  return { route: { ...bare, host: alias, port: 80, target }, address: `http://${alias}${rest}` }
}
