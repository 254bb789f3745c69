import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { mountArguments } from '../files/mounts.ts'
import type { Apart } from '../sandbox.ts'

/** The file system of a program that runs apart: nothing that another program listens in, so that its unix sockets lead to nobody. */
export function apartMounts(
  { folder, roots }: Apart,
  facts: { hidden: readonly string[]; etc: { folder: string; mounted: readonly string[] }; toolsFolder: string },
): string[] {
  const own = (name: string) => {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 })
    return join(folder, name)
  }
  return mountArguments({
    policy: {
      project: folder,
      projectAccess: 'write',
      fence: [],
      readRoots: [...roots],
      writeRoots: [],
      hidden: facts.hidden,
    },
    home: own('home'),
    settings: [],
    temporary: own('tmp'),
    sharedMemory: own('shm'),
    etc: facts.etc,
    tools: facts.toolsFolder,
    toolchains: [],
    repositories: [],
    pinned: [],
    held: [],
  })
}
