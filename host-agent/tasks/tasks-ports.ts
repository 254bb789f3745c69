import type { Result } from '#protocol/errors.ts'
import type { TaskState } from '#protocol/records.ts'
import type { Route } from '#protocol/statements/route.ts'
import type { sealBatch } from '#trust/task-key.ts'
import type { ChoicesFile } from '../agents/choices-file.ts'
import type { Driver } from '../agents/driver.ts'
import type { BlobOutbox } from '../artifacts/blob-outbox.ts'
import type { Governance } from '../canary/governance.ts'
import type { Disk } from '../journal/disk.ts'
import type { Project } from '../projects/projects-file.ts'
import type { HostSandbox } from '../sandbox/host-sandbox.ts'
import type { Listings } from '../sessions/listings.ts'
import type { Worktrees } from '../worktree/worktrees.ts'

/** What tasks need of the host around them. */
export type TasksPorts = {
  /** The host's own folder; each task has one below. */
  folder: string
  drivers: readonly Driver[]
  projects: readonly Project[]
  environment: Readonly<Record<string, string | undefined>>
  sandbox: HostSandbox | null
  worktrees: Worktrees
  admit: Governance['admit']
  /** What each agent offers. */
  choices: ChoicesFile
  routes: readonly Route[]
  blobs: BlobOutbox
  disk: Disk
  listings: Listings
  append(batch: Awaited<ReturnType<typeof sealBatch>>, state: TaskState | undefined): Promise<Result<unknown>>
  setBusy(busy: boolean): void
  tell(taskId: string, state: TaskState): void
}
