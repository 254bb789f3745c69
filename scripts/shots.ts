// npm run shots [-- FOLDER]: photographs of every screen of the app in both themes, against a real relay and a real host agent.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureSystemPackages } from './system-packages.ts'

const root = join(import.meta.dirname, '..')
const folder = process.argv[2] ?? join(root, 'shots')
ensureSystemPackages()
const { status } = spawnSync(process.execPath, [join(root, 'test/support/take-shots.ts'), folder], { stdio: 'inherit' })
if (status === 0) process.stdout.write(`${folder}\n`)
process.exitCode = status ?? 1
