import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** The branch that is checked out in a project or in a worktree; null: there is none, or it can't be told. Read from the file, since git could be told to run something. */
export async function branchOf(project: string): Promise<string | null> {
  for (let folder = project; ; folder = dirname(folder)) {
    const head = await headIn(folder)
    if (head !== null) return /^ref: refs\/heads\/(.+)$/.exec(head.trim())?.[1] ?? null
    if (dirname(folder) === folder) return null
  }
}

async function headIn(folder: string): Promise<string | null> {
  const dot = join(folder, '.git')
  const elsewhere = /^gitdir: (.+)$/.exec((await textOf(dot))?.trim() ?? '')?.[1]
  return textOf(join(elsewhere === undefined ? dot : resolve(folder, elsewhere), 'HEAD'))
}

const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)
