import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { parseSync } from 'vite'

export const root = join(import.meta.dirname, '../..')

const notOurs = new Set(['node_modules', 'dist', 'cdk.out', 'shots'])
const isCode = (path: string) => /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs)$/.test(path)

/** Every file of the repository as a path from its root; what is generated or hidden (`.git`, `.cache`) is left out. */
export function listFiles(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.has(entry.name) || entry.name.startsWith('.')) return []
    const path = posix.join(folder, entry.name)
    return entry.isDirectory() ? listFiles(path) : entry.isFile() ? [path] : []
  })
}

export const listCode = () => listFiles().filter(isCode)

export const read = (path: string) => readFileSync(join(root, path), 'utf8')

export type Node = { type: string; [key: string]: unknown }

/** The syntax tree of a source, and its parser's list of imports. */
export function parse(path: string, text = read(path)) {
  const parsed = parseSync(path, text)
  const [error] = parsed.errors
  if (error) throw new Error(`${path}: ${error.message}`)
  return parsed
}

/** Every node of a tree, parents first. */
export function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item)
  } else if (typeof value === 'object' && value !== null) {
    if ('type' in value && typeof value.type === 'string') yield value as Node
    for (const child of Object.values(value)) yield* walk(child)
  }
}

/** An import, written as it stands in the source; `null` when its target is not a literal and can't be judged. */
export type Import = { specifier: string | null; names: string[] }

/** Static, dynamic, type and re-exporting imports, and `require`. */
export function importsOf(path: string, text?: string): Import[] {
  const { program, module } = parse(path, text)
  const found: Import[] = module.staticImports.map((statement) => ({
    specifier: statement.moduleRequest.value,
    names: statement.entries.map((entry) => entry.importName.name ?? ''),
  }))
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries)
      if (moduleRequest) found.push({ specifier: moduleRequest.value, names: [] })
  }
  for (const node of walk(program)) {
    const isRequire =
      node.type === 'CallExpression' &&
      (node.callee as Node).type === 'Identifier' &&
      (node.callee as Node).name === 'require'
    const source = isRequire ? (node.arguments as Node[])[0] : node.source
    if (isRequire || node.type === 'ImportExpression' || node.type === 'TSImportType') {
      const value = (source as Node | undefined)?.value
      found.push({ specifier: typeof value === 'string' ? value : null, names: [] })
    }
  }
  return found
}

/** Where an import of our own leads, as a path from the root (`../x` when it leaves it); null for a package. */
export function targetOf(importer: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return posix.normalize(specifier.slice(1))
  if (specifier.startsWith('.')) return posix.join(dirname(importer), specifier)
  if (specifier.startsWith('/')) return posix.join('..', specifier)
  return null
}
