import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { followLinks } from '../policy/places.ts'
import { isWithin } from '../sandbox/files/policy.ts'

/**
 * A file's content if it lies in `folder` when every link is followed, is a plain file and has at most `mostBytes`; else null. An agent could
 * leave a link to what it may not read itself, or a pipe that never ends, where the host looks.
 */
export async function readInside(path: string, folder: string, mostBytes: number): Promise<Buffer | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null)
  if (!file) return null
  try {
    const facts = await file.stat()
    if (!facts.isFile() || facts.size > mostBytes) return null
    // What was opened, not what the path leads to by now; where there is no /proc, the path has to do.
    const real = await realpath(`/proc/self/fd/${file.fd}`).catch(() => realpath(path))
    if (!isWithin(real, followLinks(folder))) return null
    const content = Buffer.alloc(facts.size)
    const { bytesRead } = await file.read(content, 0, facts.size, 0)
    return content.subarray(0, bytesRead)
  } catch {
    return null
  } finally {
    await file.close()
  }
}
