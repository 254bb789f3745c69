import type { Operation, TouchedFile } from '#protocol/statements/operation.ts'

/** A file of an operation as it is listed: its path from the working folder where it is below it, and how many listed files go with a deleted folder. */
export type TouchedLine = { path: string; change: TouchedFile['change']; inside: number }

/** The path from `folder`, or as it is when it leads elsewhere. */
export const pathFrom = (folder: string, path: string): string =>
  path === folder
    ? '.'
    : path.startsWith(`${folder.replace(/\/$/, '')}/`)
      ? path.slice(folder.replace(/\/$/, '').length + 1)
      : path

/** Files of a folder that is itself deleted are counted at their folder: the shortest list that still names everything. */
export function touchedLines({ files, cwd }: Pick<Operation, 'files' | 'cwd'>): TouchedLine[] {
  const deleted = files.filter(({ change }) => change === 'delete').map(({ path }) => path)
  const folderOf = ({ path, change }: TouchedFile) =>
    change === 'delete' ? deleted.find((folder) => path.startsWith(`${folder}/`)) : undefined
  return files
    .filter((file) => folderOf(file) === undefined)
    .map(({ path, change }) => ({
      path: pathFrom(cwd.path, path),
      change,
      inside: change === 'delete' ? deleted.filter((other) => other.startsWith(`${path}/`)).length : 0,
    }))
}
