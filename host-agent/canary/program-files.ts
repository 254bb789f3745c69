import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import * as z from 'zod/mini'
import { createFileHasher } from '../files.ts'
import { followLinks } from '../policy/places.ts'

/** What an installed program is made of: its npm package with all that this needs, or its one file. */
export type ProgramFiles = { version: string | null; paths: readonly string[] }

const Package = z.object({
  version: z.optional(z.string()),
  dependencies: z.optional(z.record(z.string(), z.string())),
  optionalDependencies: z.optional(z.record(z.string(), z.string())),
})

/** The files of a program, links followed. */
export function programFiles(program: string): ProgramFiles {
  const file = followLinks(program)
  const own = packageOf(file)
  if (own === null) return { version: null, paths: [file] }
  const folders = new Set<string>()
  const waiting = [own]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (folders.has(folder)) continue
    folders.add(folder)
    const { dependencies = {}, optionalDependencies = {} } = readPackage(folder)
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = resolvePackage(name, folder)
      if (found) waiting.push(found)
    }
  }
  return { version: readPackage(own).version ?? null, paths: [...folders].sort().flatMap(filesOf) }
}

/** A word for the files as they lie there, without reading them: it changes whenever one of them does. */
export function stampOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
    hash.update(`${path}\0${ino}:${size}:${mtimeNs}:${ctimeNs}\n`)
  }
  return hash.digest('base64url')
}

/** SHA-256 over the content of all of them, in their order. */
export async function contentHash(paths: readonly string[]): Promise<string> {
  const hasher = createFileHasher()
  const hash = createHash('sha256')
  for (const path of paths) hash.update(`${path.split(sep).at(-1)}\0${await hasher.hash(path)}\n`)
  return hash.digest('base64url')
}

/** Only what npm installed: a package.json elsewhere above a program may be anybody's. */
function packageOf(file: string): string | null {
  if (!file.includes(`${sep}node_modules${sep}`)) return null
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder))
    if (existsSync(join(folder, 'package.json')) && readPackage(folder).version !== undefined) return folder
  return null
}

function readPackage(folder: string): z.infer<typeof Package> {
  try {
    return Package.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  } catch {
    return {}
  }
}

/** As Node.js looks for it: in the node_modules of each folder upwards. */
function resolvePackage(name: string, from: string): string | null {
  for (let folder = from; dirname(folder) !== folder; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name)
    if (existsSync(join(found, 'package.json'))) return followLinks(found)
  }
  return null
}

/** Without the packages within it: those it needs are found by name. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesOf(path)
      return entry.isFile() ? [path] : []
    })
}
