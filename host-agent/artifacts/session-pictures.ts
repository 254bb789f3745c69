import { createHash } from 'node:crypto'
import type * as z from 'zod/mini'
import type { ChangedFile } from '#protocol/statements/events.ts'
import type { AgentEvent } from '../agents/driver.ts'
import type { Snapshots } from '../git/snapshot.ts'
import { mayBePicture, pictureKind } from './picture-kind.ts'
import type { TaskArtifacts } from './task-artifacts.ts'

/** What one task may show: enough for a day of screenshots, and no way to fill a phone. */
export const pictureLimits = { count: 60, bytes: 8 * 1024 * 1024, all: 64 * 1024 * 1024 } as const

type Changed = z.infer<typeof ChangedFile>

/** The pictures of one session: those that its agent sends, and those among the files that it changes. Each content is shown once. */
export type SessionPictures = {
  /** `name` null: the agent gives none. What is no picture, or too large, is left out. */
  show(name: string | null, content: Uint8Array): void
  /** Pictures among the changed files, as they are in `tree`. */
  look(snapshots: Snapshots, files: readonly Changed[], tree: string): Promise<void>
  /** All that was shown so far is told. */
  settled(): Promise<void>
}

export function sessionPictures(artifacts: TaskArtifacts, tell: (event: AgentEvent) => void): SessionPictures {
  const seen = new Set<string>()
  const looked = new Set<string>()
  let unnamed = 0
  let bytes = 0
  /** One at a time, so that they come in their order. */
  let telling: Promise<void> = Promise.resolve()

  function show(name: string | null, content: Uint8Array): void {
    const mime = pictureKind(content)
    const hash = createHash('sha256').update(content).digest('base64url')
    if (mime === null || content.length > pictureLimits.bytes || seen.has(hash)) return
    if (seen.size >= pictureLimits.count || bytes + content.length > pictureLimits.all) return
    seen.add(hash)
    bytes += content.length
    if (name === null) unnamed += 1
    const called = name ?? `picture ${unnamed}.${mime.slice('image/'.length)}`
    telling = telling.then(async () => {
      const blob = await artifacts.keep(content)
      if (blob) tell({ type: 'artifact', kind: 'image', name: called.slice(-255), mime, blob })
    })
  }

  return {
    show,
    async look(snapshots, files, tree) {
      for (const { path, change } of files) {
        if (change === 'delete' || !mayBePicture(path) || seen.size >= pictureLimits.count) continue
        const id = await snapshots.idOf(tree, path)
        if (id === null || looked.has(id)) continue
        looked.add(id)
        const content = await snapshots.read(id, pictureLimits.bytes)
        if (content) show(path, content)
      }
      await telling
    },
    settled: () => telling,
  }
}
