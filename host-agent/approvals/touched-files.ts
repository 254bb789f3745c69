import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TouchedFile } from '#protocol/statements/operation.ts'
import { type FileHasher, hashText } from '../files.ts'

/** More files than this are shown as their folder: an approval has to fit a phone's screen and a sealed message. */
const listed = 30
/** A folder with more files than this is named without a hash. */
const hashed = 3_000

/** What a deletion of these paths takes away: each file with the hash of what it holds now; absent paths are left out. */
export async function deletedFiles(paths: readonly string[], hasher: FileHasher): Promise<TouchedFile[]> {
  const found: TouchedFile[] = []
  for (const path of paths) {
    const info = await lstat(path).catch(() => null)
    if (info === null) continue
    if (!info.isDirectory()) {
      found.push({ path, change: 'delete', ...hashOf(await hasher.hash(path)), after: null })
      continue
    }
    const files = await filesBelow(path)
    if (files === null) {
      found.push({ path, change: 'delete', after: null })
      continue
    }
    const each: TouchedFile[] = []
    for (const file of files)
      each.push({ path: file, change: 'delete', ...hashOf(await hasher.hash(file)), after: null })
    // One hash over all names and contents: any change in between makes the approval stale.
    const whole = hashText(each.map((file) => `${file.path}\0${file.before}\n`).join(''))
    if (each.length <= listed) found.push(...each)
    found.push({ path, change: 'delete', before: whole, after: null })
  }
  return found
}

const hashOf = (hash: string | null | undefined) => (hash === undefined ? {} : { before: hash })

/** All files below a folder, sorted; null when there are too many. Links are named, not followed. */
async function filesBelow(folder: string): Promise<string[] | null> {
  const files: string[] = []
  const folders = [folder]
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true }).catch(() => [])) {
      const path = join(next, entry.name)
      if (entry.isDirectory()) folders.push(path)
      else files.push(path)
      if (files.length + folders.length > hashed) return null
    }
  }
  return files.sort()
}
