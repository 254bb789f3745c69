import type { VirtualDisk } from '../virtual-disk.ts'

/** The disks that the host agent's file system functions see, by their root: one for each life of a host. */
export const disks = new Map<string, VirtualDisk>()

/** A path below a disk, or null for a path of this machine. */
export function diskOf(path: string): VirtualDisk | null {
  const root = /^\/sim\/[^/]+/.exec(path)?.[0]
  return root === undefined ? null : (disks.get(root) ?? null)
}

/** An answer that never comes: its asker is dead. */
export const never = <T>(): Promise<T> => new Promise<T>(() => {})

export const missing = (path: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
