import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** Programs that the sandbox is built from, from system folders alone: a PATH could lead to something planted. */
export type Tools = { bwrap: string; socat: string; nsenter: string; prlimit: string }

const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin']
const packages: Readonly<Record<keyof Tools, string>> = {
  bwrap: 'bubblewrap',
  socat: 'socat',
  nsenter: 'util-linux',
  prlimit: 'util-linux',
}

/** Finds them, or says which packages are missing. */
export function findTools(): { ok: true; value: Tools } | { ok: false; missing: string[] } {
  const found = Object.entries(packages).map(([name, pack]) => ({ name, pack, path: find(name) }))
  const missing = found.filter(({ path }) => path === null).map(({ pack }) => pack)
  if (missing.length > 0) return { ok: false, missing: [...new Set(missing)] }
  return { ok: true, value: Object.fromEntries(found.map(({ name, path }) => [name, path])) as Tools }
}

function find(name: string): string | null {
  for (const folder of folders) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // not here
    }
  }
  return null
}
