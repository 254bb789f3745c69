import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { followLinks, placeOf } from '../policy/places.ts'

const run = promisify(execFile)
const mostFiles = 5_000
const mostBytes = 200_000
const secret =
  /(^|\/)(\.env(\..*)?|\.npmrc|\.netrc|\.pypirc|id_(rsa|dsa|ecdsa|ed25519)|credentials(\.\w+)?|.*\.(pem|key|p12|pfx|jks|keystore))$/i

/** Files that are secrets by their names are none of a model's. */
export const isSecretName = (name: string): boolean => secret.test(name)

/** A project as a model may read it: what git knows or would add, no ignored files, nothing that is a secret by its name, nothing behind a link. */
export type ProjectFiles = {
  list(): Promise<readonly string[]>
  /** Whether this is one of its files and lies inside of it, whatever is in it. */
  has(path: string): Promise<boolean>
  /** At most 200 kB; null: there is no such file, or it is none of the model's. */
  read(path: string): Promise<string | null>
}

export function openProjectFiles(project: string, path: string): ProjectFiles {
  let listed: Promise<readonly string[]> | null = null
  const list = () => {
    listed ??= listFiles(project, path).then((names) => names.filter((name) => !isSecretName(name)).slice(0, mostFiles))
    return listed
  }
  const has = async (name: string) =>
    (await list()).includes(name) && placeOf(followLinks(join(project, name)), project) === 'project'
  return {
    list,
    has,
    async read(name) {
      if (!(await has(name))) return null
      const file = await open(
        join(project, name),
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      ).catch(() => null)
      if (!file) return null
      try {
        if (!(await file.stat()).isFile()) return null
        const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0)
        const content = buffer.subarray(0, bytesRead)
        return content.includes(0) ? null : content.toString('utf8')
      } finally {
        await file.close()
      }
    },
  }
}

async function listFiles(project: string, path: string): Promise<string[]> {
  const git = await run('git', ['-c', 'core.fsmonitor=', 'ls-files', '-coz', '--exclude-standard'], {
    cwd: project,
    env: { PATH: path, GIT_OPTIONAL_LOCKS: '0', GIT_CONFIG_NOSYSTEM: '1' },
    maxBuffer: 50_000_000,
  }).catch(() => null)
  if (git) return git.stdout.split('\0').filter((name) => name !== '')
  const entries = await readdir(project, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1))
    .filter((name) => !/(^|\/)(node_modules|\.git)\//.test(name))
}
