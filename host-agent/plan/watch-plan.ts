import { join } from 'node:path'
import type { Operation } from '#protocol/statements/operation.ts'
import type { ToolRequest } from '../agents/driver.ts'
import { readChanges } from '../git/read-changes.ts'
import type { Snapshots } from '../git/snapshot.ts'
import { absolutePath, followLinks } from '../policy/places.ts'
import { type FenceEntry, isOpen } from '../sandbox/files/fence.ts'
import { isWithin } from '../sandbox/files/policy.ts'
import { strangers } from './fence-of.ts'
import { findDeviations } from './find-deviations.ts'

/** Finds by the project's files what an agent did beside its plan. */
export type PlanWatch = {
  /** Absolute paths whose change is not planned and was not allowed since. */
  look(): Promise<string[]>
  /** People, or the policy, let this run although it was not planned: what it names may change. */
  allow(request: ToolRequest): void
  /** What a command did that was allowed and not planned can't be told from anything else: looked for is what changes from now on. */
  forget(): Promise<void>
}

export type PlanWatchFacts = {
  project: string
  /** The files that may change and how; while it is planned, none. */
  plan: Pick<Operation, 'files'>
  /** Null: nothing keeps the agent from any file. */
  fence: readonly FenceEntry[] | null
  /** Null: the project is not in a git repository, so that only a fence is looked along. */
  snapshots: Snapshots | null
  /** The tree to compare with; null: as it is now. */
  base: string | null
}

/** Behind a fence only what it leaves open is looked at: the rest a person may change meanwhile. */
export async function watchPlan({ project, plan, fence, snapshots, base: from }: PlanWatchFacts): Promise<PlanWatch> {
  let base = from ?? (await snapshots?.take()) ?? null
  const allowed: string[] = []
  const isAllowed = (path: string) => allowed.some((root) => isWithin(path, root))

  async function changed(): Promise<string[]> {
    if (!snapshots || base === null) return []
    const now = await snapshots.take()
    if (now === null || now === base) return []
    const found = await snapshots.compare(base, now, 0)
    // What can't be compared has changed in a way that nobody can name.
    if (found === null) return [project]
    return findDeviations(readChanges(found.raw, found.numbers), snapshots.top, plan, followLinks)
  }

  return {
    async look() {
      const paths = (await changed()).filter((path) => fence === null || isOpen(fence, path))
      return [...new Set([...paths, ...strangers(fence ?? [], plan.files)])].filter((path) => !isAllowed(path))
    },
    allow({ edits, paths, widening, cwd }) {
      const folder = absolutePath(cwd ?? project, project)
      const named = [...edits.map(({ path }) => path), ...paths].map((path) => absolutePath(path, folder))
      if (widening?.open === 'write') named.push(widening.path)
      allowed.push(...named.flatMap((path) => [path, followLinks(path)]))
    },
    async forget() {
      base = (await snapshots?.take()) ?? base
      allowed.push(...strangers(fence ?? [], plan.files))
    },
  }
}

/** A path as the project's people call it. */
export const nameIn = (project: string, path: string): string =>
  path.startsWith(join(project, '/')) ? path.slice(project.length + 1) : path
