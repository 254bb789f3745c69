/** `node:fs` for the host agent in a simulated run. */
import { realpathSync as realpath } from 'node:fs'
import { Readable } from 'node:stream'
import { diskOf, missing } from './disks.ts'

// What is not replaced sees the real machine, where nothing is at the virtual paths.
export * from 'node:fs'

const open = new Map<number, string>()
let last = 1_000

export const descriptors = {
  open(path: string): number {
    last += 1
    open.set(last, path)
    return last
  },
  close: (fd: number): void => void open.delete(fd),
}

export function isFolder(path: string): boolean {
  const disk = diskOf(path)
  const holds = (names: Iterable<string>) => [...names].some((name) => name.startsWith(`${path}/`))
  return (
    disk !== null && (path === disk.root || disk.folders.has(path) || holds(disk.folders) || holds(disk.files.keys()))
  )
}

/** A project's folder always stands; a file's change shows in its size and time. */
export function statOf(path: string, { bigint = false }: { bigint?: boolean } = {}) {
  const disk = diskOf(path)
  const file = disk?.files.get(path)
  const folder = path.endsWith('/project') || isFolder(path)
  if (!disk || (!file && !folder)) throw missing(path)
  const number = (value: number) => (bigint ? BigInt(value) : value)
  const size = file?.content.length ?? 0
  return {
    dev: number(1),
    ino: number(path.length),
    size: number(size),
    mtimeMs: number(size),
    mtimeNs: number(size),
    ctimeNs: number(size),
    mode: number(0o600),
    isFile: () => file !== undefined,
    isDirectory: () => file === undefined,
    isSymbolicLink: () => false,
  }
}
export const statSync = statOf
export const lstatSync = statOf

export function realpathSync(path: string): string {
  if (!diskOf(path)) return realpath(path)
  statOf(path)
  return path
}

export function existsSync(path: string): boolean {
  const disk = diskOf(path)
  return disk !== null && (disk.files.has(path) || isFolder(path))
}

export const createReadStream = (path: string): Readable =>
  Readable.from([diskOf(path)?.files.get(path)?.content ?? Buffer.alloc(0)])

type Written = (error: Error | null, bytes: number) => void

export function write(fd: number, bytes: Buffer, from: number, length: number, _at: null, done: Written): void {
  const path = open.get(fd) ?? ''
  const disk = diskOf(path)
  const file = disk?.files.get(path)
  if (!disk?.step() || !file) return
  file.content = Buffer.concat([file.content, bytes.subarray(from, from + length)])
  queueMicrotask(() => done(null, length))
}

/** What was written before the call is durable when it answers, and that takes its time. */
export function fdatasync(fd: number, done: (error: Error | null) => void): void {
  const path = open.get(fd) ?? ''
  const disk = diskOf(path)
  const file = disk?.files.get(path)
  if (!disk?.step() || !file) return
  const { content } = file
  disk.later(() => {
    if (!disk.step()) return
    if (content.length > file.durable.length) file.durable = content
    done(null)
  })
}
export const fsync = fdatasync
