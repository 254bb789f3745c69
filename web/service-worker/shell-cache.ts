/** The app's own files as built: `version` changes when any of them does. */
export type Shell = { version: string; files: readonly string[] }

const PREFIX = 'shell-'

/** Everything the app needs to open without a network, fetched past the browser's own cache: nothing of an older release may slip in. */
export async function keepShell(caches: CacheStorage, { version, files }: Shell): Promise<void> {
  const cache = await caches.open(PREFIX + version)
  await cache.addAll(files.map((file) => new Request(file, { cache: 'reload' })))
}

/** Older releases go when no page uses them any more. */
export async function dropOtherShells(caches: CacheStorage, { version }: Shell): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== PREFIX + version) await caches.delete(name)
  }
}

/**
 * Which kept file answers a request; null leaves it to the network. Every place inside the app is the one page. The relay's routes (`/v1`, `/@connections`) are never
 * answered from here.
 */
export function shellFileFor(
  { url, method, mode }: Pick<Request, 'url' | 'method' | 'mode'>,
  origin: string,
  { files }: Shell,
): string | null {
  const { origin: from, pathname } = new URL(url)
  if (method !== 'GET' || from !== origin || /^\/(v1\/|@)/.test(pathname)) return null
  if (mode === 'navigate') return pathname.includes('.') ? null : '/index.html'
  return files.includes(pathname) ? pathname : null
}

export async function answerFromShell(
  caches: CacheStorage,
  { version }: Shell,
  file: string,
  request: Request,
): Promise<Response> {
  const cache = await caches.open(PREFIX + version)
  return (await cache.match(file)) ?? fetch(request)
}

/**
 * A kept picture as an address that needs no network. A browser waits with a notification until its pictures are there, which on a network that answers nothing is more than a minute; the
 * path itself where nothing is kept.
 */
export async function pictureFromShell(caches: CacheStorage, { version }: Shell, path: string): Promise<string> {
  try {
    const kept = await (await caches.open(PREFIX + version)).match(path)
    if (!kept) return path
    const bytes = new Uint8Array(await kept.arrayBuffer())
    return `data:image/png;base64,${btoa(String.fromCharCode(...bytes))}`
  } catch {
    return path
  }
}
