import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readGitFile } from './git-files.ts'

/** A place that git takes for a repository. `bare`: the folder itself is one, by what lies in it. `inode`: which one it is; of a file, also where it leads. */
export type FoundRepository = { path: string; kind: 'folder' | 'file' | 'link' | 'bare'; inode: string }

/** Folders that are read before others get a turn: a project of 10,000 folders takes about 150 ms in all. */
const foldersATurn = 500

/** Everything below a root, and at it, that git takes for a repository. Doesn't follow links and doesn't look into what it finds. */
export async function findRepositories(root: string): Promise<FoundRepository[]> {
  const found: FoundRepository[] = []
  const open = [root]
  for (let read = 1; open.length > 0; read++) {
    const folder = open.pop() as string
    const names = new Set<string>()
    for (const entry of entriesOf(folder)) {
      names.add(entry.name)
      const path = join(folder, entry.name)
      // A file system without case takes .GIT for .git.
      if (entry.name.toLowerCase() === '.git') {
        const kind = entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'file'
        found.push({ path, kind, inode: kind === 'file' ? `${inodeOf(path)} ${readGitFile(path)}` : inodeOf(path) })
      } else if (entry.isDirectory()) open.push(path)
    }
    if (names.has('HEAD') && names.has('objects') && names.has('refs'))
      found.push({ path: folder, kind: 'bare', inode: inodeOf(folder) })
    if (read % foldersATurn === 0) await new Promise<void>((next) => setImmediate(next))
  }
  return found
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // Gone meanwhile, or closed to us: then it is closed to our git as well.
    return []
  }
}

/** Device, inode and, because inodes are used again, the time of birth. */
export function inodeOf(path: string): string {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return found ? `${found.dev}:${found.ino}:${found.birthtimeNs}` : ''
}

/** Which file it is and, as far as nobody can set it back, what it holds. */
export function stampOf(path: string): string {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return found ? `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}` : ''
}
