import { lstatSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { TouchedFile } from '#protocol/statements/operation.ts'
import type { GateAnswer, RunEnd, ToolRequest } from '../agents/driver.ts'
import { hashText } from '../files.ts'
import { readChanges } from '../git/read-changes.ts'
import type { Snapshots } from '../git/snapshot.ts'
import { onlyReads } from '../policy/only-reads.ts'
import { absolutePath, followLinks } from '../policy/places.ts'
import { isWithin } from '../sandbox/files/policy.ts'
import { describeEdit } from './describe-edit.ts'
import { deletedPaths } from './operation.ts'

/** Larger files are not read again: nobody is shown such an edit whole either. */
const readMost = 4_000_000
/** Changed files about which the policy is asked, of one look; what is beyond them nobody allowed. */
const judgedMost = 200
const namedMost = 20

/** Compares what an agent was allowed with what it did, by the files themselves. */
export type OperationWatch = {
  /** Before the agent hears it: from here on it may do this. Answers as `look` does, about what it did before. */
  answered(request: ToolRequest, answer: GateAnswer): Promise<RunEnd | null>
  /** The agent says that it has done what it was allowed, or that it could not. */
  ended(request: ToolRequest): Promise<void>
  /** No more is under way: its turn is over. */
  settle(): Promise<void>
  /** Why the session has to end; null: all that was done was allowed. */
  look(): Promise<RunEnd | null>
}

export type OperationWatchFacts = {
  project: string
  /** Null: others may work in this folder as well, or it is in no git repository. Then only the files that were allowed are compared. */
  snapshots: Snapshots | null
  /** The tree to compare with. */
  base: string | null
  /** Whether the policy lets such an edit be done without a person. */
  allows(request: ToolRequest): Promise<boolean>
}

/** What was allowed and is under way. `files`: what becomes of each; null: it may change any file. */
type Allowed = { request: ToolRequest; files: readonly TouchedFile[] | null }

/**
 * Edits and deletions are compared file by file; while a command runs that was allowed, or a tool whose effects nobody knows, what changes is its own. docs/decisions/0017
 * says what counts as covered.
 */
export function watchOperations({ project, snapshots, base: from, allows }: OperationWatchFacts): OperationWatch {
  let base = from
  let found: RunEnd | null = null
  const open = new Set<Allowed>()
  const denied: string[] = []
  let queue: Promise<unknown> = Promise.resolve()
  /** One after the other: each look goes on from where the last one stopped. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = queue.then(work, work)
    queue = next
    return next
  }

  async function compare(): Promise<void> {
    if (found !== null || snapshots === null) return
    const now = await snapshots.take()
    if (now === null || now === base) return
    if (base !== null && !isAnyFileOpen()) {
      const difference = await snapshots.compare(base, now, 0)
      const changes = difference && readChanges(difference.raw, difference.numbers)
      const paths = changes?.flatMap(({ path, from: before }) => [...(before === undefined ? [] : [before]), path])
      // What can't be compared has changed in a way that nobody can name.
      const stray = paths ? await strays(paths.map((path) => join(snapshots.top, path))) : [project]
      if (stray.length > 0) return deviate('Nobody allowed this', stray)
    }
    base = now
  }

  const isAnyFileOpen = () => [...open].some(({ files }) => files === null)
  const named = () => [...open].flatMap(({ files }) => files ?? [])

  /** Of changed files, those that nothing under way names and the policy would have asked about. */
  async function strays(paths: readonly string[]): Promise<string[]> {
    const allowed = named()
    const others = paths.filter((path) => !allowed.some((file) => covers(file, path)))
    if (others.length > judgedMost) return others
    const judged = await Promise.all(others.map(async (path) => ({ path, isAllowed: await allows(await asked(path)) })))
    return judged.flatMap(({ path, isAllowed }) => (isAllowed ? [] : [path]))
  }

  /** After an allowed edit the file is what was shown, or still what it was before. */
  async function compareWhole(files: readonly TouchedFile[]): Promise<void> {
    for (const { path, before, after } of files) {
      if (found !== null || after === undefined || isAnyFileOpen() || named().some((file) => file.path === path))
        continue
      const now = await hashOf(path)
      if (now !== undefined && now !== after && now !== before) deviate('It is not what was approved', [path])
    }
  }

  function deviate(what: string, paths: readonly string[]): void {
    const files = paths.map((path) => relative(project, path))
    const names = files.slice(0, namedMost).join(', ')
    const more = files.length > namedMost ? ` and ${files.length - namedMost} more` : ''
    const before = denied.length > 0 ? `. Denied before: ${denied.join('; ')}` : ''
    found ??= { state: 'failed', code: 'operation_deviated', detail: `${what}: ${names}${more}${before}`, files }
  }

  const close = (allowed: Allowed) =>
    inTurn(async () => {
      await compare()
      if (open.delete(allowed) && allowed.files) await compareWhole(allowed.files)
    })

  return {
    async answered(request, answer) {
      if (answer.answer === 'deny' && request.command !== null) denied.push(request.command.slice(0, 200))
      if (answer.answer !== 'allow' || onlyReads(request, project)) return found
      const files = await filesOf(request, project)
      // What it did before is not this one's doing.
      if (files === null) await inTurn(compare)
      open.add({ request, files })
      return found
    },
    async ended(request) {
      for (const allowed of open) if (allowed.request === request) await close(allowed)
    },
    async settle() {
      for (const allowed of open) await close(allowed)
    },
    async look() {
      await inTurn(compare)
      return found
    },
  }
}

/** What becomes of each file that a request names; null: it may be any file. */
async function filesOf(request: ToolRequest, project: string): Promise<TouchedFile[] | null> {
  const { kind, edits, paths, command, widening } = request
  if (widening || kind === 'fetch') return []
  if (command !== null || (kind !== 'edit' && kind !== 'delete')) return null
  const cwd = absolutePath(request.cwd ?? project, project)
  const described = await Promise.all(
    edits.map((edit) => describeEdit({ ...edit, path: absolutePath(edit.path, cwd) })),
  )
  const change = kind === 'delete' ? ('delete' as const) : ('modify' as const)
  const others = [...deletedPaths(request, null, cwd), ...paths.map((path) => absolutePath(path, cwd))]
  return [...described.map(({ file }) => file), ...others.map((path) => ({ path, change }))]
}

/** What was to be deleted may be gone, with all in it; a file that was named may be changed. */
function covers({ path: named, change }: TouchedFile, path: string): boolean {
  if (change === 'delete') return [named, followLinks(named)].some((root) => isWithin(path, root)) && !exists(path)
  return path === named || path === followLinks(named)
}

const exists = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined

/** The change of a file as the agent would have asked for it. */
async function asked(path: string): Promise<ToolRequest> {
  const text = await readFile(path, 'utf8').catch(() => null)
  const rest = { driver: 'host', binding: 'fenced', input: {}, command: null, reads: false, unknown: [] } as const
  return text === null
    ? { ...rest, kind: 'delete', edits: [], paths: [path] }
    : { ...rest, kind: 'edit', edits: [{ path, oldText: null, newText: text }], paths: [] }
}

/** Null: there is no such file; undefined: it is not one that was shown whole. */
async function hashOf(path: string): Promise<string | null | undefined> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? null : undefined))
  if (!info) return info
  if (!info.isFile() || info.size > readMost) return undefined
  return readFile(path, 'utf8').then(hashText, () => undefined)
}
