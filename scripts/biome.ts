import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Runs Biome over the repository. `absent` where npm has no Biome for this platform among our dependencies. */
export function runBiome(...args: string[]): 'passed' | 'failed' | 'absent' {
  const program = join(root, `node_modules/@biomejs/cli-${process.platform}-${process.arch}/biome`)
  if (!existsSync(program)) return 'absent'
  const { status } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  return status === 0 ? 'passed' : 'failed'
}
