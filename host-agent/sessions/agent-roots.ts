import { existsSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'

/** Beside these lies all that a program's file needs of its own. */
const marks = ['package.json', 'pyproject.toml', 'Cargo.toml', 'go.mod']

/** What an agent that a person named by its command line has to be able to read: the files named in it, each with the package that it is part of. */
export function agentRoots(words: readonly string[]): string[] {
  const files = words.filter((word) => isAbsolute(word) && existsSync(word))
  const roots = files.map((file) => packageOf(dirname(file)) ?? file)
  // Its packages may lie elsewhere, behind a link.
  const packages = roots.map((root) => join(root, 'node_modules')).filter((path) => existsSync(path))
  return [...new Set([...roots, ...packages.map((path) => realpathSync(path))])]
}

function packageOf(folder: string): string | null {
  if (marks.some((name) => existsSync(join(folder, name)))) return folder
  return dirname(folder) === folder ? null : packageOf(dirname(folder))
}
