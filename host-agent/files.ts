import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { followLinks } from './policy/places.ts'

/** SHA-256 of a file's content, base64url; null when there is none at the path; undefined when it can't be read. */
export type FileHash = string | null | undefined

/** Remembers what it hashed for as long as device, inode, size and both times stay: a large program is read once. */
export type FileHasher = { hash(path: string): Promise<FileHash> }

export function createFileHasher(): FileHasher {
  const known = new Map<string, { stamp: string; hash: string }>()
  return {
    async hash(path) {
      const info = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => error.code ?? 'EIO')
      if (info === 'ENOENT' || info === 'ENOTDIR') return null
      if (typeof info === 'string' || !info.isFile()) return undefined
      const stamp = `${info.dev}:${info.ino}:${info.size}:${info.mtimeNs}:${info.ctimeNs}`
      const before = known.get(path)
      if (before?.stamp === stamp) return before.hash
      const hash = await hashContent(path).catch(() => undefined)
      if (hash !== undefined) {
        if (known.size > 2_000) known.clear()
        known.set(path, { stamp, hash })
      }
      return hash
    },
  }
}

export const hashText = (text: string): string => createHash('sha256').update(text).digest('base64url')

async function hashContent(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('base64url')
}

/** The file that a shell would run for this name, links followed; null when there is none. */
export async function findProgram(name: string, searchPath: string, cwd: string): Promise<string | null> {
  const candidates = name.includes('/')
    ? [join(name.startsWith('/') ? '/' : cwd, name)]
    : searchPath
        .split(delimiter)
        .filter((folder) => folder.startsWith('/'))
        .map((folder) => join(folder, name))
  for (const candidate of candidates) {
    const usable = await access(candidate, constants.X_OK).then(
      async () => (await stat(candidate)).isFile(),
      () => false,
    )
    if (usable) return followLinks(candidate)
  }
  return null
}
