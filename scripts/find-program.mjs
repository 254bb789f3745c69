// Runs on Node 20 with nothing installed: only built-in modules here.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './install.mjs'

/** The rooms that the program is made of, and what else it follows from. */
const sources = ['cli', 'host-agent', 'local', 'functions', 'client', 'link', 'trust', 'protocol']
const others = ['package-lock.json', 'scripts/bundle-program.ts']

/** When anything below was last changed, added or taken away, in milliseconds. */
function newest(path) {
  const own = statSync(path).mtimeMs
  if (!statSync(path).isDirectory()) return own
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), own)
}

/**
 * The program in one piece, made anew where a source is newer: a verb that stays needs a seventh less memory with it. Null where it can't be made: then the sources run as
 * they are. `node`: the Node 24 that makes it.
 */
export function findProgram(node) {
  const changedAt = Math.max(...[...sources, ...others].map((name) => newest(join(root, name))))
  const folder = join(root, 'dist/program', String(Math.ceil(changedAt)))
  const program = join(folder, 'main.mjs')
  if (existsSync(program)) return program
  if (!existsSync(join(root, 'node_modules/esbuild'))) return null
  const { status } = spawnSync(node, [join(root, 'scripts/bundle-program.ts'), folder], { stdio: ['ignore', 2, 2] })
  return status === 0 && existsSync(program) ? program : null
}
