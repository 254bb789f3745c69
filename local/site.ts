import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { gzip as gzipLater } from 'node:zlib'
import { splitUrl } from './gateway/events.ts'

const gzip = promisify(gzipLater)

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** What is worth packing: pictures are packed already. */
const textual: ReadonlySet<string> = new Set(['.html', '.js', '.css', '.json', '.webmanifest', '.svg', '.txt'])

/** What the page may load, and from where; the distribution in the cloud says the same. `connect`: origins besides its own. */
export const contentSecurityPolicy = (connect: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')

/**
 * The app's static files. Names with a hash in them never change; everything else is asked for anew each time, so that a new release arrives. A path
 * without a file name is the app's own (`/`, `/p`, `/approval/…`): it gets the page, which looks at the path itself.
 */
export function serveSite(folder: string, connect: readonly string[]) {
  const headers = {
    'content-security-policy': contentSecurityPolicy(connect),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  }

  /** Texts as they travel, made once a file: with a version that changes, as a new release may come while this runs. */
  const packed = new Map<string, { version: number; bytes: Buffer }>()
  async function pack(file: string, version: number): Promise<Buffer> {
    const known = packed.get(file)
    if (known?.version === version) return known.bytes
    const bytes = await gzip(await readFile(file), { level: 9 })
    packed.set(file, { version, bytes })
    return bytes
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    const file = await findFile(folder, splitUrl(request)[0])
    if (!file) return false
    const { size, mtimeMs } = await stat(file)
    const isPacked = /\bgzip\b/.test(String(request.headers['accept-encoding'])) && textual.has(extname(file))
    const body = isPacked ? await pack(file, mtimeMs) : null
    response.writeHead(200, {
      ...headers,
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-length': body?.length ?? size,
      ...(textual.has(extname(file)) ? { vary: 'accept-encoding' } : {}),
      ...(body ? { 'content-encoding': 'gzip' } : {}),
      'cache-control': isHashed(file) ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
    if (request.method === 'HEAD') response.end()
    else if (body) response.end(body)
    else if (size < 65_536) response.end(await readFile(file))
    else await pipeline(createReadStream(file), response).catch(() => response.destroy())
    return true
  }
}

/** Vite's names: `index-C2x9_-aB.js`. */
const isHashed = (file: string): boolean => /-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/.test(file)

/** Only what is under the folder, whatever dots and escapes the path has; a name with an extension has to exist. */
async function findFile(folder: string, path: string): Promise<string | null> {
  if (!/^[A-Za-z0-9/._-]+$/.test(path) || normalize(path).startsWith('..')) return null
  const wanted = join(folder, normalize(path))
  const found = await stat(wanted).catch(() => null)
  if (found?.isFile()) return wanted
  return extname(path) === '' ? join(folder, 'index.html') : null
}
