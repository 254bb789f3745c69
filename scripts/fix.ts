// npm run fix: formats, sorts imports and applies the linter's safe fixes.
import { runBiome } from './biome.ts'

const outcome = runBiome('check', '--write', '--error-on-warnings', '.')
if (outcome === 'absent') process.stderr.write(`There is no Biome for ${process.platform}-${process.arch} here.\n`)
process.exitCode = outcome === 'passed' ? 0 : 1
