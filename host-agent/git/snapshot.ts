import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createGit, createGitRun, readGitBytes } from './git.ts'

/** The state of a project's files as a git tree, and what lies between two of them. */
export type Snapshots = {
  /** The folder to which the paths of a comparison are relative: the top of the repository that the project is in. */
  top: string
  /** The hash of a tree with all files as they are now, those that git ignores left out; null: it could not be taken. */
  take(): Promise<string | null>
  /** `git diff` between two trees: machine-readable list with counts, and the patch: of as many whole files, from the first, as fit into `maxBytes`. */
  compare(from: string, to: string, maxBytes: number): Promise<{ raw: string; numbers: string; patch: string } | null>
  /** The id of a file's content in a tree; null: there is none, or it is a link or a folder. */
  idOf(tree: string, path: string): Promise<string | null>
  /** Content by its id, as it is; null: it is larger than `maxBytes`. */
  read(id: string, maxBytes: number): Promise<Uint8Array | null>
}

/**
 * Takes snapshots with a repository of the host's own in `folder`, which borrows the project's objects and looks at the
 * project's files. The project's repository is never written, and its configuration, where an agent could plant a filter or a
 * hook, is never read. Null where the project is not in a git repository.
 */
export async function openSnapshots(project: string, folder: string, path: string): Promise<Snapshots | null> {
  const run = createGitRun(project, path)
  const git = createGit(project, path)
  const found = await git([
    'rev-parse',
    '--path-format=absolute',
    '--git-path',
    'objects',
    '--git-path',
    'index',
    '--git-path',
    'info/exclude',
    '--show-toplevel',
  ])
  const [objects, index, exclude, top] = found?.trim().split('\n') ?? []
  if (!objects || !index || !exclude || !top) return null
  const own = join(folder, 'git')
  await mkdir(join(own, 'objects', 'info'), { recursive: true, mode: 0o700 })
  await mkdir(join(own, 'refs'), { recursive: true })
  await writeFile(join(own, 'HEAD'), 'ref: refs/heads/none\n')
  await writeFile(join(own, 'objects', 'info', 'alternates'), `${objects}\n`)
  const section = [
    '[core]',
    'repositoryformatversion = 0',
    'bare = false',
    'autocrlf = false',
    `excludesFile = ${JSON.stringify(exclude)}`,
  ]
  await writeFile(join(own, 'config'), `${section.join('\n')}\n`)
  // The project's index knows which files have not changed since it was written: without it every file is read once.
  await copyFile(resolve(project, index), join(own, 'index')).catch(() => {})
  const env = { GIT_DIR: own, GIT_WORK_TREE: top, GIT_OPTIONAL_LOCKS: '1' }
  let taking: Promise<string | null> = Promise.resolve(null)

  async function take(): Promise<string | null> {
    if (
      (await git(['-c', 'advice.addEmbeddedRepo=false', 'add', '--all', '--ignore-errors', '--', project], { env })) ===
      null
    ) {
      // A copied index of a kind that only works beside the project's own files.
      await writeFile(join(own, 'index'), '').catch(() => {})
      await git(['read-tree', '--empty'], { env })
      await git(['-c', 'advice.addEmbeddedRepo=false', 'add', '--all', '--ignore-errors', '--', project], { env })
    }
    return (await git(['write-tree'], { env }))?.trim() ?? null
  }

  return {
    top,
    take: () => {
      taking = taking.then(take, take)
      return taking
    },
    async compare(from, to, maxBytes) {
      const diff = ['diff-tree', '-r', '-M', '--no-ext-diff', '--no-textconv']
      const [raw, numbers, patch] = await Promise.all([
        git([...diff, '-z', '--name-status', from, to], { env }),
        git([...diff, '-z', '--numstat', from, to], { env }),
        maxBytes > 0 ? run([...diff, '-p', '--no-color', from, to], { env, maxBytes }) : null,
      ])
      if (raw === null || numbers === null) return null
      return { raw, numbers, patch: patch === null ? '' : patch.ok ? patch.out : wholeFiles(patch.out) }
    },
    async idOf(tree, path) {
      const listed = await git(['--literal-pathspecs', 'ls-tree', '-z', '--full-tree', tree, '--', path], { env })
      return /^100\d{3} blob ([0-9a-f]{40,64})\t/.exec(listed ?? '')?.[1] ?? null
    },
    read: (id, maxBytes) => readGitBytes(project, path, ['cat-file', 'blob', id], { env, maxBytes }),
  }
}

/** What was cut at its bound, without the file in which the cut is. */
const wholeFiles = (cut: string) => cut.slice(0, Math.max(cut.lastIndexOf('\ndiff --git ') + 1, 0))
