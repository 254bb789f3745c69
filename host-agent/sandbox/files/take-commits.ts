import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { createGitRun } from '../../git/git.ts'
import { keepTip, knownTip, type OwnRepository } from './own-repository.ts'
import { readRef } from './read-ref.ts'

const takeMs = 180_000

/**
 * Brings what was committed in a worktree's own repository into the person's: its objects, each looked at by git, and then the worktree's branch, if it stands where it
 * stood. Nothing else of it counts. True: the branch has moved. Errors: `sandbox_commits_refused`; then nothing has changed.
 */
export async function takeCommits(own: OwnRepository, path: string): Promise<Result<boolean>> {
  const { worktree, git: place, ref } = own
  const tip = readRef({ common: place, folder: join(place, 'worktrees', worktree.name) }, ref)
  const known = knownTip(own)
  if (tip === null || tip === known) return ok(false)
  if (!isPlain(join(place, 'objects'), 0)) return refused('sandbox_commits_refused', 'its objects are not plain files')
  const lender = join(own.place, 'lender')
  const git = createGitRun(worktree.common, path)
  const env = { GIT_DIR: worktree.common }
  try {
    await lend(own, lender, tip)
    const settings = ['fetch.fsckObjects=true', 'fetch.recurseSubmodules=false', 'protocol.file.allow=always']
    const fetch = [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-auto-maintenance',
      '--update-shallow',
    ]
    const taken = await git([...settings.flatMap((each) => ['-c', each]), ...fetch, lender, 'refs/heads/tip'], {
      env,
      timeoutMs: takeMs,
    })
    if (!taken.ok) return refused('sandbox_commits_refused', taken.words.slice(0, 300))
    const there = ref === 'HEAD' ? { GIT_DIR: worktree.folder } : env
    const moved = await git(['update-ref', '--no-deref', ref, tip, known], { env: there })
    if (!moved.ok) return refused('sandbox_commits_refused', moved.words.slice(0, 300))
  } finally {
    rmSync(lender, { recursive: true, force: true })
  }
  keepTip(own, tip)
  // Files are as they are: what is not committed of them shows as changed.
  await git(['read-tree', '--reset', tip], { env: { GIT_DIR: worktree.folder, GIT_WORK_TREE: worktree.root } })
  return ok(true)
}

/** A repository of the host's own making that borrows the objects: the one inside may be set up to make git start programs. */
async function lend({ worktree, git }: OwnRepository, lender: string, tip: string): Promise<void> {
  rmSync(lender, { recursive: true, force: true })
  mkdirSync(join(lender, 'objects/info'), { recursive: true })
  mkdirSync(join(lender, 'refs/heads'), { recursive: true })
  writeFileSync(join(lender, 'HEAD'), 'ref: refs/heads/tip\n')
  writeFileSync(join(lender, 'refs/heads/tip'), `${tip}\n`)
  const format =
    tip.length === 64 ? '\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n[core]\n' : ''
  // What sums objects up may lie about them.
  writeFileSync(
    join(lender, 'config'),
    `[core]\n${format}\tbare = true\n\tcommitGraph = false\n\tmultiPackIndex = false\n`,
  )
  const objects = [join(git, 'objects'), join(worktree.common, 'objects')]
  writeFileSync(join(lender, 'objects/info/alternates'), objects.map((each) => `${each}\n`).join(''))
  const shallow = join(worktree.common, 'shallow')
  if (existsSync(shallow)) await copyFile(shallow, join(lender, 'shallow'))
}

/** Folders and files alone, and nothing that borrows from elsewhere: a link would make the host read what the programs inside can't. */
function isPlain(folder: string, depth: number): boolean {
  if (depth > 3) return false
  return readdirSync(folder, { withFileTypes: true }).every((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return isPlain(path, depth + 1)
    return entry.isFile() && (entry.name !== 'alternates' || lstatSync(path).size === 0)
  })
}
