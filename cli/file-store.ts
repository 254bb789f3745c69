import { close, constants, fsync, open as openFd } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Store } from '#client/store.ts'
import { privateFolder } from './home.ts'

/** A state file that can't be read. It was moved aside, so that nothing is overwritten and somebody can look. */
export class StateDamaged extends Error {
  readonly path: string
  constructor(path: string) {
    super(`damaged: ${path}`)
    this.path = path
  }
}

const LOCK_STALE_MS = 10_000

/**
 * A device's store as one JSON file a key (0600), each replaced whole: written beside, fsynced, renamed, the folder fsynced. `update` holds a lock file, as two commands
 * may run at once. Throws StateDamaged for a file that is no JSON.
 */
export function fileStore(folder: string): Store {
  privateFolder(folder)
  const pathOf = (key: string) => join(folder, `${encodeURIComponent(key)}.json`)

  const get = async <T>(key: string): Promise<T | undefined> => {
    const path = pathOf(key)
    const text = await readFile(path, 'utf8').catch(absent)
    if (text === undefined) return undefined
    try {
      return JSON.parse(text) as T
    } catch {
      await rename(path, `${path}.damaged`)
      throw new StateDamaged(`${path}.damaged`)
    }
  }

  const put = async <T>(key: string, value: T): Promise<void> => {
    const path = pathOf(key)
    await replaceFile(path, JSON.stringify(value))
    await syncFolder(folder)
  }

  return {
    get,
    put,
    async delete(key) {
      await unlink(pathOf(key)).catch(absent)
    },
    async list<T>(prefix: string) {
      const keys = (await readdir(folder))
        .filter((name) => name.endsWith('.json'))
        .map((name) => decodeURIComponent(name.slice(0, -'.json'.length)))
        .filter((key) => key.startsWith(prefix))
        .sort()
      const items: { key: string; value: T }[] = []
      for (const key of keys) {
        const value = await get<T>(key)
        if (value !== undefined) items.push({ key, value })
      }
      return items
    },
    async update<T>(key: string, change: (old: T | undefined) => T | undefined) {
      const unlock = await lock(`${pathOf(key)}.lock`)
      try {
        const old = await get<T>(key)
        const next = change(old)
        if (next !== undefined) await put(key, next)
        return next ?? old
      } finally {
        await unlock()
      }
    },
  }
}

/** Whole or not at all, readable by its owner only. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`
  const file = await open(beside, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
}

/** What a folder holds is on disk. */
export async function syncFolder(folder: string): Promise<void> {
  const fd = await promisify(openFd)(folder, constants.O_RDONLY)
  await promisify(fsync)(fd)
  await promisify(close)(fd)
}

/** The lock of a killed process is taken over: whoever holds one is done in milliseconds. */
async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await mkdir(path)
      return () => rm(path, { recursive: true, force: true })
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > LOCK_STALE_MS) await rm(path, { recursive: true, force: true })
    else await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)

function absent(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
}
