import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Picture } from './read-attachments.ts'

/** A folder beside the project that a session's agent may read and not write: for pictures that it can't be handed. */
export type Shelf = { folder: string; put(picture: Picture): Promise<string>; remove(): void }

export function openShelf(): Shelf {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-shelf-'))
  let count = 0
  return {
    folder,
    async put({ mime, content }) {
      count += 1
      // A name of the host's own: a person's may lead anywhere.
      const path = join(folder, `picture-${count}.${mime.slice('image/'.length)}`)
      await writeFile(path, content, { mode: 0o400, flag: 'wx' })
      return path
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
