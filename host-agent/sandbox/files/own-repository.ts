import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inodeOf } from './find-repositories.ts'
import { steeringFiles } from './git-files.ts'
import type { LinkedWorktree } from './linked-worktree.ts'
import { inside } from './mounts.ts'
import { readRef } from './read-ref.ts'

/**
 * The repository that programs in a worktree have instead of the person's: references, an index and new objects of their own, the old objects borrowed. What they do to
 * it happens to nobody else; `takeCommits` brings what they committed to the worktree's branch.
 */
export type OwnRepository = {
  worktree: LinkedWorktree
  /** Written by programs inside: nothing in it is obeyed, and no git of the host runs in it. */
  git: string
  /** The host's own notes about it. */
  place: string
  /** The one reference that is taken over: the worktree's branch, or HEAD where it is on none. */
  ref: string
}

/** What of a repository a worktree needs besides its objects; small, and copied so that git may write there. */
const copied = ['HEAD', 'packed-refs', 'refs', 'info', 'shallow'] as const
/** What of a repository steers git: the person's own, read-only. */
const steering = ['config', 'hooks'] as const

const knownIn = (place: string) => join(place, 'known')

/** Where the reference was when both sides were last the same. */
export const knownTip = ({ place }: OwnRepository): string => readFileSync(knownIn(place), 'utf8')
export const keepTip = ({ place }: OwnRepository, tip: string): void => writeFileSync(knownIn(place), tip)

/**
 * The own repository of a worktree, below `state`: the one that it has, or where it has none, a new one. Null: it can have none (its references are not kept in files, or
 * its HEAD leads nowhere).
 */
export function ownRepository(worktree: LinkedWorktree, state: string): OwnRepository | null {
  const { folder, common, root } = worktree
  const ref = refOf(folder)
  if (ref === null || readRef(worktree, ref) === null || existsSync(join(common, 'reftable'))) return null
  const key = createHash('sha256')
    .update(`${folder}\0${root}\0${inodeOf(folder)}`)
    .digest('hex')
    .slice(0, 16)
  const place = join(state, 'repositories', key)
  const own = { worktree, git: join(place, 'git'), place, ref }
  if (!existsSync(knownIn(place))) makeAnew(own)
  return own
}

/** Makes it as the person's repository is now; what was in it is lost. */
export function makeAnew(own: OwnRepository): void {
  const { worktree, git, place, ref } = own
  const { folder, common, name } = worktree
  rmSync(place, { recursive: true, force: true })
  mkdirSync(join(git, 'objects', 'info'), { recursive: true, mode: 0o700 })
  for (const each of copied) copy(join(common, each), join(git, each))
  copy(folder, join(git, 'worktrees', name))
  writeFileSync(join(place, 'alternates'), `${inside.objects}\n`)
  writeFileSync(join(place, 'of'), folder)
  // The last: what was only half made is made anew.
  keepTip(own, readRef(worktree, ref) ?? '')
}

/** Removes the own repositories of worktrees that are gone. */
export function forgetOwnRepositories(state: string): void {
  const all = join(state, 'repositories')
  for (const name of existsSync(all) ? readdirSync(all) : []) {
    const of = join(all, name, 'of')
    if (!existsSync(of) || !existsSync(readFileSync(of, 'utf8')))
      rmSync(join(all, name), { recursive: true, force: true })
  }
}

/** Arguments for bwrap that put the own repository where the person's is. They come before the project, which may lie in it. */
export function ownRepositoryMounts({ worktree, git, place }: OwnRepository): string[] {
  const { common, folder } = worktree
  const objects = join(common, 'objects')
  const pinned = [...steering.map((name) => join(common, name)).filter(existsSync), ...steeringFiles(folder)]
  return [
    ...['--bind', git, common],
    // Held, so that nobody puts others in their place, which borrow from elsewhere.
    ...['--bind', join(git, 'objects'), objects, '--bind', join(git, 'objects/info'), join(objects, 'info')],
    ...['--ro-bind', join(place, 'alternates'), join(objects, 'info/alternates')],
    ...['--ro-bind', objects, inside.objects],
    ...pinned.flatMap((path) => ['--ro-bind', path, path]),
  ]
}

function refOf(folder: string): string | null {
  const head = readFileSync(join(folder, 'HEAD'), 'utf8').trim()
  if (!head.startsWith('ref: ')) return 'HEAD'
  return head.startsWith('ref: refs/heads/') ? head.slice(5) : null
}

function copy(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true, verbatimSymlinks: true })
}
