import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Figure } from './figure.ts'

const root = join(import.meta.dirname, '..')

/** The app in a real browser: push to shown, tap to sent, catch-up, a long task, the first paint, a large change. Real phones: not run. What fails is said, and takes no other figure along. */
export function appBrowser(rounds: number): Figure[] {
  const args = [join(root, 'test/support/app-figures/measure.ts'), String(rounds)]
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 2], encoding: 'utf8' })
  if (status !== 0) {
    process.stderr.write('Not every figure of the app could be measured: see above.\n')
    process.exitCode = 1
  }
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Figure)
}
