import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { OnViolation } from '../violation.ts'
import { type FoundRepository, findRepositories, inodeOf, stampOf } from './find-repositories.ts'
import { isHarmlessSteering, readGitFile, steeringFiles } from './git-files.ts'
import { obeyedFiles } from './obeyed-files.ts'
import { isWithin } from './policy.ts'

/** What steers git and other programs in a folder before a command runs: compared with what is there after it. */
export type GuardBefore = {
  root: string
  repositories: readonly FoundRepository[]
  /** Steering files with what they held, obeyed ones with their inodes. */
  files: ReadonlyMap<string, string>
}

export async function lookBefore(root: string): Promise<GuardBefore> {
  const repositories = await findRepositories(root)
  const steering = repositories.flatMap(steeringOf).map((path): [string, string] => [path, stampOf(path)])
  const obeyed = obeyedFiles(root).map((path): [string, string] => [path, inodeOf(path)])
  return { root, repositories, files: new Map([...steering, ...obeyed]) }
}

/**
 * Finds what a command planted and git would obey later, outside of the sandbox: a repository, a hook, settings. What is not harmless is moved
 * into the quarantine folder, nothing is deleted. Files that other programs obey are told and left: they are also plain work.
 */
export async function lookAfter(before: GuardBefore, quarantine: string, onViolation: OnViolation): Promise<void> {
  const { root } = before
  const known = new Map(before.repositories.map(({ path, kind, inode }) => [path, `${kind} ${inode}`]))
  const repositories = await findRepositories(root)
  for (const repository of repositories) {
    const isNew = known.get(repository.path) !== `${repository.kind} ${repository.inode}`
    if (isNew && !isHarmless(repository, root)) {
      // Of a bare repository only its settings are taken: its folder may be the project.
      const taken = repository.kind === 'bare' ? steeringOf(repository) : [repository.path]
      for (const path of taken) move(path, quarantine, onViolation)
      continue
    }
    if (isNew) continue
    for (const path of steeringOf(repository)) {
      const isSame = before.files.get(path) === stampOf(path)
      if (!isSame && !isHarmlessSteering(path, root)) move(path, quarantine, onViolation)
    }
  }
  for (const path of obeyedFiles(root)) {
    if (before.files.get(path) === inodeOf(path)) continue
    onViolation({ code: 'sandbox_file_planted', detail: `${path} is new; programs obey it without asking`, path })
  }
}

function steeringOf({ path, kind }: FoundRepository): string[] {
  if (kind === 'folder' || kind === 'bare') return steeringFiles(path)
  const folder = kind === 'file' ? readGitFile(path) : null
  return folder === null ? [] : steeringFiles(folder)
}

function isHarmless(repository: FoundRepository, root: string): boolean {
  if (repository.kind === 'link') return false
  if (repository.kind !== 'file') return steeringOf(repository).every((path) => isHarmlessSteering(path, root))
  const folder = readGitFile(repository.path)
  return (
    folder !== null && isWithin(folder, root) && steeringFiles(folder).every((path) => isHarmlessSteering(path, root))
  )
}

function move(path: string, quarantine: string, onViolation: OnViolation): void {
  mkdirSync(quarantine, { recursive: true, mode: 0o700 })
  const to = join(quarantine, `${Date.now()}-${process.hrtime.bigint()}-${basename(path)}`)
  try {
    moveTree(path, to)
    onViolation({ code: 'sandbox_git_planted', detail: `${path} was moved to ${to}`, path })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    onViolation({ code: 'sandbox_git_planted', detail: `${path} could not be moved away: ${reason}`, path })
  }
}

function moveTree(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch {
    // Another file system: a copy, with links as they are.
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, errorOnExist: true })
    rmSync(from, { recursive: true, force: true })
  }
}
