import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { reasonOf } from './find-repository.ts'
import { changedBefore, keepBefore, restoreBefore, standBy } from './keep-before.ts'
import { readWork } from './read-work.ts'
import { repositoryGit } from './repository-git.ts'
import type { WorktreeFacts } from './worktree-facts.ts'

const applyMs = 180_000

/**
 * Puts a task's changes into the project's own folder, uncommitted: all of them or none, also when the disk is full or the host agent is killed meanwhile (it
 * is called again then, with the same `folder`). What is uncommitted there stays, and is not written over. Answers how many files. Errors: `worktree_broken`,
 * `work_unchanged`, `work_conflicts`.
 */
export async function applyWork(facts: WorktreeFacts, folder: string, path: string): Promise<Result<number>> {
  const { top, base } = facts
  const before = join(folder, 'before')
  const already = await changedBefore(before)
  if (already !== null) return ok(already)
  await restoreBefore(top, before)
  const work = await readWork(facts, path)
  if (!work.ok) return work
  const git = await repositoryGit(top, path)
  const diff = ['diff-tree', '-r', '--no-renames', '--no-ext-diff', '--no-textconv']
  const named = await git([...diff, '-z', '--name-only', base, work.value.tree], { maxBytes: 256 * 1024 * 1024 })
  const paths = named.out.split('\0').filter((name) => name !== '')
  if (!named.ok) return refused('worktree_broken', reasonOf(named.words))
  if (paths.length === 0) return refused('work_unchanged')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const patch = join(folder, 'changes.patch')
  try {
    const written = await git([...diff, '-p', '--binary', '--full-index', `--output=${patch}`, base, work.value.tree], {
      timeoutMs: applyMs,
    })
    if (!written.ok) return refused('worktree_broken', reasonOf(written.words))
    const apply = ['apply', '--binary', '--whitespace=nowarn']
    const fits = await git([...apply, '--check', patch], { timeoutMs: applyMs })
    if (!fits.ok) return refused('work_conflicts', reasons(fits.words))
    const kept = await keepBefore(top, paths, before)
    if (!kept.ok) return kept
    const applied = await git([...apply, patch], { timeoutMs: applyMs })
    if (applied.ok) await standBy(before)
    else await restoreBefore(top, before)
    return applied.ok ? ok(paths.length) : refused('work_conflicts', reasons(applied.words))
  } finally {
    await rm(patch, { force: true })
  }
}

/** Git names each file that does not fit: `error: src/a.ts: patch does not apply`. */
const reasons = (words: string): string =>
  [...new Set(words.split('\n').filter((line) => /^error: [^:]+: /.test(line)))]
    .map((line) => line.slice(7))
    .slice(0, 5)
    .join('; ')
    .slice(0, 1_000) || reasonOf(words)
