import { existsSync, lstatSync, readlinkSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fenceMounts } from './fence.ts'
import { type FilePolicy, isWithin } from './policy.ts'

/** Where things are inside. Neither path exists on a usual host, so nothing of it is covered. */
export const inside = { home: '/sandbox/home', tools: '/sandbox/tools', objects: '/sandbox/objects' } as const

export type MountFacts = {
  policy: FilePolicy
  /** Folders of the host behind HOME, /tmp, /dev/shm, generated files of /etc, and the sandbox's own small programs. */
  home: string
  /** Arguments for what is put into HOME read-only. */
  settings: readonly string[]
  temporary: string
  sharedMemory: string
  etc: { folder: string; mounted: readonly string[] }
  tools: string
  toolchains: readonly string[]
  /** Arguments for the repositories of worktrees, which lie elsewhere. */
  repositories: readonly string[]
  /** Read-only although in a writable folder; each exists. */
  pinned: readonly string[]
  /** Bound onto themselves, so that nobody moves them away with the read-only files in them. */
  held: readonly string[]
}

/** Settings of the whole machine: their files belong to root, who alone may write them, without any capability. */
const machineSettings = (
  process.getuid?.() === 0 ? ['sys', 'sysrq-trigger', 'irq', 'bus', 'fs', 'scsi', 'acpi', 'mtrr'] : []
)
  .map((name) => `/proc/${name}`)
  .filter((path) => existsSync(path))

const systemFolders = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'] as const

/**
 * The arguments for bwrap that build the file system: an empty root, the system read-only, then what is given, and the protections last. No
 * writable place is a file system in memory: what is written there would escape the account of the disk and, unmapped, of memory.
 */
export function mountArguments(facts: MountFacts): string[] {
  const { policy, etc } = facts
  const write = [
    ...(policy.projectAccess === 'write' ? [policy.project] : []),
    ...policy.writeRoots,
    ...policy.fence.filter(({ access }) => access === 'write').map(({ path }) => path),
  ]
  const roots = [...facts.toolchains, ...policy.readRoots, policy.project, ...policy.writeRoots]
  const covered = policy.hidden.filter((path) => roots.some((root) => isWithin(path, root)))
  return [
    ...['--tmpfs', '/', '--ro-bind', '/usr', '/usr'],
    ...systemFolders.flatMap(systemFolder),
    ...['--ro-bind', etc.folder, '/etc'],
    ...etc.mounted.flatMap((name) => ['--ro-bind', join('/etc', name), join('/etc', name)]),
    ...['--ro-bind-try', '/nix/store', '/nix/store'],
    ...['--proc', '/proc', ...machineSettings.flatMap((path) => ['--ro-bind', path, path])],
    ...['--dev', '/dev', '--remount-ro', '/dev', '--bind', facts.sharedMemory, '/dev/shm'],
    ...['--ro-bind-try', '/sys/devices/system/cpu', '/sys/devices/system/cpu'],
    ...['--dir', '/run', '--bind', facts.temporary, '/tmp', '--bind', facts.temporary, '/var/tmp'],
    ...['--bind', facts.home, inside.home, ...facts.settings, '--ro-bind', facts.tools, inside.tools],
    ...[...facts.toolchains, ...policy.readRoots].flatMap((path) => ['--ro-bind', path, path]),
    ...facts.repositories,
    ...[policy.projectAccess === 'write' ? '--bind' : '--ro-bind', policy.project, policy.project],
    ...fenceMounts(policy.fence),
    ...policy.writeRoots.flatMap((path) => ['--bind', path, path]),
    ...[...facts.held, ...covered.flatMap((path) => foldersAbove(path, write))].flatMap((path) => [
      '--bind',
      path,
      path,
    ]),
    ...facts.pinned
      .filter((path) => write.some((root) => isWithin(path, root)))
      .flatMap((path) => ['--ro-bind', path, path]),
    ...covered.flatMap((path) =>
      statSync(path).isDirectory() ? ['--tmpfs', path, '--remount-ro', path] : ['--ro-bind', '/dev/null', path],
    ),
    ...['--remount-ro', '/'],
  ]
}

/** What lies between a writable folder and something covered in it: moved away, it would take the cover along. The outermost first. */
function foldersAbove(path: string, write: readonly string[]): string[] {
  const parent = dirname(path)
  const isBetween = write.some((root) => root !== parent && isWithin(parent, root))
  return isBetween ? [...foldersAbove(parent, write), parent] : []
}

/** /bin and its like: links into /usr on most systems, folders on others. */
function systemFolder(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return []
  return found.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path]
}
