import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Characters of a Unix socket's path that every system takes (sun_path has 104 to 108 bytes). */
const pathChars = 100

/** The socket by which other programs of this user talk to the running host agent. */
export function controlPath(home: string): string {
  const path = join(home, 'host', 'control.sock')
  if (path.length <= pathChars) return path
  return join(tmpdir(), `countersign-${createHash('sha256').update(path).digest('hex').slice(0, 24)}.sock`)
}
