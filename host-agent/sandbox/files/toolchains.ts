import { existsSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { isWithin } from './policy.ts'

/**
 * Where version managers keep programs below a home folder: the folders that hold nothing else (`.cargo` itself also holds a token), and the
 * variables by which they are found once HOME is another one.
 */
const managers: readonly { folder: string; variable?: string }[] = [
  { folder: '.nvm', variable: 'NVM_DIR' },
  { folder: '.volta', variable: 'VOLTA_HOME' },
  { folder: '.asdf', variable: 'ASDF_DATA_DIR' },
  { folder: '.pyenv', variable: 'PYENV_ROOT' },
  { folder: '.rbenv', variable: 'RBENV_ROOT' },
  { folder: '.sdkman', variable: 'SDKMAN_DIR' },
  { folder: '.rustup', variable: 'RUSTUP_HOME' },
  { folder: '.cargo/bin' },
  { folder: '.bun/bin' },
  { folder: '.deno/bin' },
  { folder: '.npm-global' },
  { folder: '.local/bin' },
  { folder: '.local/lib' },
  { folder: '.local/share/fnm' },
  { folder: '.local/share/mise' },
  { folder: '.local/share/pnpm' },
  { folder: '.local/share/uv' },
  { folder: '.local/share/pipx' },
  { folder: 'go' },
]

export type Toolchains = { roots: string[]; env: Record<string, string> }

const shared = ['/usr', '/bin', '/sbin', '/lib', '/lib64']

/** What the programs in PATH need to be there: folders to share read-only, and their variables. Only what a PATH entry leads to is shared. */
export function toolchainsOf(
  path: string,
  home: string,
  given: Readonly<Record<string, string | undefined>>,
): Toolchains {
  const roots = new Set<string>()
  const env: Record<string, string> = {}
  const entries = path.split(delimiter).filter((entry) => entry.startsWith('/') && existsSync(entry))
  for (const manager of managers) {
    const root = (manager.variable && given[manager.variable]) || join(home, manager.folder)
    const isUsed =
      entries.some((entry) => isWithin(entry, root)) ||
      (manager.folder === '.rustup' && entries.some((entry) => entry.endsWith('/.cargo/bin')))
    if (!isUsed || !existsSync(root) || isWithin(home, root)) continue
    roots.add(root)
    if (manager.variable) env[manager.variable] = root
  }
  for (const entry of entries) {
    const real = realpathSync(entry)
    if (shared.some((root) => isWithin(real, root)) || [...roots].some((root) => isWithin(entry, root))) continue
    // A program's own tree lies beside its bin folder, except where the parent is a home, or the root, which hold much else.
    const parent = join(entry, '..')
    const isOwnTree =
      /\/(bin|sbin|shims|node_modules\/\.bin)$/.test(entry) &&
      !isWithin(home, parent) &&
      !isWithin(parent, home) &&
      parent.split('/').length > 2
    roots.add(isOwnTree ? parent : entry)
  }
  return { roots: [...roots], env }
}
