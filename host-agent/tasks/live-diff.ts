import type { Clock } from '#link/clock.ts'
import type { AgentEvent } from '../agents/driver.ts'
import type { SessionPictures } from '../artifacts/session-pictures.ts'
import type { TaskArtifacts } from '../artifacts/task-artifacts.ts'
import { readChanges } from '../git/read-changes.ts'
import type { Snapshots } from '../git/snapshot.ts'

/** The project's files are looked at again at most so often; where the patch is a blob, which is sealed and sent whole each time, less often. Milliseconds. */
const everyMs = 700
const everyLargeMs = 4_000
/** Bytes of a patch, as JSON, that travel in the event itself; a larger one is a blob. */
const inlineBytes = 7_000
const patchBytes = 8 * 1024 * 1024
/** As many as the event's form takes; fewer go along where their names are long, and the patch has them all. */
const listed = 300

type DiffEvent = AgentEvent & { type: 'diff' }

export type LiveDiffPorts = {
  snapshots: Snapshots
  /** The tree of the task's start; null: it could not be taken, and nothing is told. */
  base: string | null
  artifacts: TaskArtifacts
  pictures: SessionPictures
  clock: Clock
  tell(event: AgentEvent): void
  failed(): void
}

/** The project's real changes as they happen, from git and not from the agent's words. */
export type LiveDiff = {
  /** Something may have changed. */
  changed(): void
  /** The end's word: waits for what is under way and looks once more. */
  last(): Promise<void>
}

export function createLiveDiff({ snapshots, base, artifacts, pictures, clock, tell, failed }: LiveDiffPorts): LiveDiff {
  let shown: { tree: string; event: DiffEvent } | null = null
  let looking: Promise<void> | null = null
  let again = false
  let hurry = () => {}

  async function look(): Promise<void> {
    const tree = base === null ? null : await snapshots.take()
    if (tree === shown?.tree || (tree === base && !shown && base !== null)) return
    const event = tree === null ? null : await diffAt(tree)
    if (tree === null || event === null) return failed()
    shown = { tree, event }
    tell(event)
    await pictures.look(snapshots, event.files, tree)
  }

  async function diffAt(tree: string): Promise<DiffEvent | null> {
    if (base === null || tree === base) return { type: 'diff', files: [], total: 0 }
    const found = await snapshots.compare(base, tree, patchBytes)
    if (found === null) return null
    const files = readChanges(found.raw, found.numbers)
    const event = { type: 'diff', files: files.slice(0, listed), total: files.length } as const
    if (found.patch === '') return event
    const patch = await artifacts.clean(found.patch)
    if (Buffer.byteLength(JSON.stringify(patch)) <= inlineBytes) return { ...event, patch }
    const blob = await artifacts.keep(patch, shown?.event.blob?.id)
    return blob === null ? event : { ...event, blob }
  }

  function changed(): void {
    again = true
    looking ??= loop()
  }
  async function loop(): Promise<void> {
    while (again) {
      // Changes come in company: looking costs processes, so it waits for the rest of them.
      await new Promise<void>((resolve) => {
        hurry = resolve
        clock.after(shown?.event.blob ? everyLargeMs : everyMs, resolve)
      })
      if (!again) break
      again = false
      await look()
    }
    looking = null
  }
  return {
    changed,
    async last() {
      again = false
      hurry()
      await looking
      await look()
    },
  }
}
