import { lstatSync } from 'node:fs'
import { join } from 'node:path'

/** Names at the top of a project that programs obey without asking: shells, editors, agents, package managers, git. */
export const obeyedNames: readonly string[] = [
  '.bash_profile',
  '.bashrc',
  '.claude',
  '.codex',
  '.copilot',
  '.countersign',
  '.cursor',
  '.devcontainer',
  '.envrc',
  '.gemini',
  '.gitconfig',
  '.gitmodules',
  '.husky',
  '.idea',
  '.mcp.json',
  '.npmrc',
  '.opencode',
  '.profile',
  '.qwen',
  '.ripgreprc',
  '.vscode',
  '.yarnrc',
  '.yarnrc.yml',
  '.zprofile',
  '.zshrc',
  'opencode.json',
  'opencode.jsonc',
]

/** Those that exist in a folder as what can be made read-only: a mount on a link would land on what it leads to. */
export function obeyedFiles(root: string): string[] {
  return obeyedNames
    .map((name) => join(root, name))
    .filter((path) => {
      const found = lstatSync(path, { throwIfNoEntry: false })
      return found !== undefined && (found.isFile() || found.isDirectory())
    })
}
