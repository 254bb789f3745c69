import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { stampOf } from './find-repositories.ts'
import { readGitFile } from './git-files.ts'
import { isWithin } from './policy.ts'

/** Files in a project that its git configuration sends git to: included settings and a folder of hooks. */
export type ConfigReader = (root: string) => string[]

/** Asks git, and again only when one of the files that it named has changed. */
export function createConfigReader(): ConfigReader {
  const known = new Map<string, { stamps: string; origins: string[]; found: string[] }>()
  return (root) => {
    const folder = gitFolderAbove(root)
    if (folder === null) return []
    const before = known.get(root)
    if (before && stampsOf(before.origins) === before.stamps) return before.found
    const named = readConfig(root)
    // Also the branch: settings may be included only on some.
    const real = readGitFile(folder) ?? folder
    const origins = [...named, join(real, 'config'), join(real, 'HEAD'), folder]
    const found = named.filter((path) => path !== root && isWithin(path, root))
    known.set(root, { stamps: stampsOf(origins), origins, found })
    return found
  }
}

function gitFolderAbove(folder: string): string | null {
  const path = join(folder, '.git')
  if (existsSync(path)) return path
  return dirname(folder) === folder ? null : gitFolderAbove(dirname(folder))
}

const stampsOf = (paths: readonly string[]) => paths.map(stampOf).join('|')

function readConfig(root: string): string[] {
  const environment = { PATH: '/usr/bin:/bin', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' }
  let text: string
  try {
    text = execFileSync('git', ['config', '--local', '--includes', '--list', '--show-origin', '-z'], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
      encoding: 'utf8',
    })
  } catch {
    return []
  }
  const fields = text.split('\0')
  const found: string[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const origin = resolve(root, (fields[at] ?? '').replace(/^file:/, ''))
    const [key = '', value = ''] = (fields[at + 1] ?? '').split('\n', 2)
    found.push(origin)
    // Also what is included only under a condition, and what holds nothing yet.
    if (/^include(if\..*)?\.path$/is.test(key)) found.push(resolve(dirname(origin), value))
    if (key === 'core.hookspath') found.push(resolve(root, value))
  }
  return found
}
