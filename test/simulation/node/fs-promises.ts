/** `node:fs/promises` for the host agent in a simulated run: the functions that it uses, on the disk of its life. */
import { diskOf, missing, never } from './disks.ts'
import { descriptors, isFolder, statOf } from './fs.ts'

export * from 'node:fs/promises'

type Encoding = 'utf8' | { encoding: 'utf8' } | undefined

export async function readFile(path: string, encoding?: Encoding): Promise<Buffer | string> {
  const disk = diskOf(path)
  if (disk && !disk.step()) return never()
  const file = disk?.files.get(path)
  if (!file) throw missing(path)
  return encoding === undefined ? Buffer.from(file.content) : file.content.toString('utf8')
}

export async function mkdir(path: string): Promise<void> {
  diskOf(path)?.folders.add(path)
}

export async function writeFile(path: string, content: string): Promise<void> {
  const handle = await open(path, 'w')
  await handle.writeFile(content)
  await handle.close()
}

export async function appendFile(path: string, content: string): Promise<void> {
  const handle = await open(path, 'a')
  await handle.appendFile(content)
  await handle.close()
}

export async function rename(from: string, to: string): Promise<void> {
  const disk = diskOf(from)
  if (!disk?.step()) return never()
  const file = disk.files.get(from)
  if (!file) throw missing(from)
  disk.files.delete(from)
  disk.files.set(to, file)
}

export async function rm(path: string): Promise<void> {
  const disk = diskOf(path)
  if (!disk?.step()) return never()
  for (const name of [...disk.files.keys()]) if (name === path || name.startsWith(`${path}/`)) disk.files.delete(name)
}
export const unlink = rm

type Entry = { name: string; parentPath: string; isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }

export async function readdir(path: string): Promise<string[]>
export async function readdir(path: string, options: { withFileTypes: true }): Promise<Entry[]>
export async function readdir(path: string, options?: { withFileTypes: true }): Promise<string[] | Entry[]> {
  const disk = diskOf(path)
  if (!disk || !isFolder(path)) throw missing(path)
  const names = [...disk.files.keys()].filter((name) => name.startsWith(`${path}/`))
  const inside = [...new Set(names.map((name) => name.slice(path.length + 1).split('/')[0] ?? ''))].sort()
  if (!options?.withFileTypes) return inside
  return inside.map((name) => {
    const isFile = disk.files.has(`${path}/${name}`)
    return { name, parentPath: path, isFile: () => isFile, isDirectory: () => !isFile, isSymbolicLink: () => false }
  })
}

export async function stat(path: string, options?: { bigint?: boolean }) {
  return statOf(path, options)
}
export const lstat = stat

export async function access(path: string): Promise<void> {
  statOf(path)
}

export async function copyFile(): Promise<void> {
  throw new Error('the host copies no file in a simulated run')
}

export async function chmod(): Promise<void> {}

/** A file by its handle; a folder can only be synced. */
export async function open(path: string, flags = 'r') {
  const disk = diskOf(path)
  if (!disk?.step()) return never<never>()
  if (flags.startsWith('w')) disk.files.set(path, { content: Buffer.alloc(0), durable: Buffer.alloc(0) })
  else if (flags.startsWith('a') && !disk.files.has(path))
    disk.files.set(path, { content: Buffer.alloc(0), durable: Buffer.alloc(0) })
  else if (!disk.files.has(path) && !isFolder(path)) throw missing(path)
  const fd = descriptors.open(path)
  const file = () => disk.files.get(path) as { content: Buffer; durable: Buffer }
  const alive = async (act: () => void): Promise<void> => (disk.step() ? act() : never())
  const append = (content: string | Uint8Array) =>
    alive(() => {
      file().content = Buffer.concat([file().content, Buffer.from(content)])
    })
  const sync = async (): Promise<void> => {
    const { content = null } = disk.files.get(path) ?? {}
    if (!disk.step()) return never()
    await new Promise<void>((resolve) => disk.later(() => void (disk.step() && resolve())))
    if (content && disk.files.has(path)) file().durable = content
  }
  return {
    fd,
    stat: async () => ({ size: file().content.length }),
    truncate: (bytes = 0) =>
      alive(() => {
        file().content = file().content.subarray(0, bytes)
        file().durable = file().durable.subarray(0, bytes)
      }),
    writeFile: append,
    appendFile: append,
    write: append,
    sync,
    datasync: sync,
    close: async () => descriptors.close(fd),
  }
}
