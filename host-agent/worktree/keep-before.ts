import { copyFile, link, lstat, mkdir, open, readFile, readlink, rename, rm, rmdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod/mini'
import { ok, type Result, refused } from '#protocol/errors.ts'

/** How a path was: nothing there (and which folders on the way to it neither), a file that is kept under its number, a link. */
const Before = z.array(
  z.discriminatedUnion('was', [
    z.strictObject({ was: z.literal('absent'), path: z.string(), folders: z.array(z.string()) }),
    z.strictObject({ was: z.literal('file'), path: z.string(), kept: z.string() }),
    z.strictObject({ was: z.literal('link'), path: z.string(), target: z.string() }),
  ]),
)
type Before = z.infer<typeof Before>

const listOf = (folder: string) => join(folder, 'list.json')
/** The list by another name: the change is whole, and nothing is put back any more. */
const doneOf = (folder: string) => join(folder, 'done.json')

/** Keeps what is at these paths of a project, so that all of it can be put back, whatever happens meanwhile. Errors: `work_conflicts` where it can't be kept. */
export async function keepBefore(top: string, paths: readonly string[], folder: string): Promise<Result<void>> {
  try {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const before: Before = []
    for (const [n, path] of paths.entries()) before.push(await keepOne(top, path, join(folder, String(n))))
    // The list counts once it is whole and on the disk.
    const file = await open(`${listOf(folder)}.new`, 'w', 0o600)
    await file.writeFile(JSON.stringify(before))
    await file.sync()
    await file.close()
    await rename(`${listOf(folder)}.new`, listOf(folder))
    return ok(undefined)
  } catch (error) {
    return refused('work_conflicts', error instanceof Error ? error.message : String(error))
  }
}

async function keepOne(top: string, path: string, kept: string): Promise<Before[number]> {
  const at = join(top, path)
  const found = await lstat(at).catch(() => null)
  if (found === null) return { was: 'absent', path, folders: await missingFolders(top, dirname(path)) }
  if (found.isSymbolicLink()) return { was: 'link', path, target: await readlink(at) }
  // A second name costs no space: git removes the first and writes a new file.
  await link(at, kept).catch(() => copyFile(at, kept))
  return { was: 'file', path, kept }
}

/** The innermost first. */
async function missingFolders(top: string, folder: string): Promise<string[]> {
  if (folder === '.' || (await lstat(join(top, folder)).catch(() => null))) return []
  return [folder, ...(await missingFolders(top, dirname(folder)))]
}

/** The change came to its end: from here on it stands. */
export const standBy = (folder: string): Promise<void> => rename(listOf(folder), doneOf(folder))

/** How many paths were changed, where the change came to its end; null where it did not. */
export async function changedBefore(folder: string): Promise<number | null> {
  const text = await readFile(doneOf(folder), 'utf8').catch(() => null)
  return text === null ? null : Before.parse(JSON.parse(text)).length
}

/** Puts back what `keepBefore` kept; nothing where it did not come to its end, since then nothing was changed. */
export async function restoreBefore(top: string, folder: string): Promise<void> {
  const text = await readFile(listOf(folder), 'utf8').catch(() => null)
  if (text !== null) for (const one of Before.parse(JSON.parse(text))) await restoreOne(top, one)
  await rm(folder, { recursive: true, force: true })
}

async function restoreOne(top: string, one: Before[number]): Promise<void> {
  const at = join(top, one.path)
  if (one.was === 'absent') {
    await rm(at, { force: true })
    for (const folder of one.folders) await rmdir(join(top, folder)).catch(() => {})
    return
  }
  await mkdir(dirname(at), { recursive: true })
  if (one.was === 'link') {
    await rm(at, { force: true })
    return symlink(one.target, at)
  }
  // Put back before: the rest of an interrupted restoring.
  if (!(await lstat(one.kept).catch(() => null))) return
  await rename(one.kept, at).catch(async () => {
    await copyFile(one.kept, `${at}.countersign`)
    await rename(`${at}.countersign`, at)
  })
}
