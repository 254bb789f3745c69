// npm run check: exactly what CI runs. All parts run, also after a failure; the last line counts them.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { runBiome } from './biome.ts'
import { runTests, type Step } from './run-tests.ts'

const root = join(import.meta.dirname, '..')

function checkStyle(): Step {
  const name = 'format and lint'
  const outcome = runBiome('check', '--error-on-warnings', '.')
  const why = `there is no Biome for ${process.platform}-${process.arch}`
  return outcome === 'absent' ? { name, outcome: 'skipped', why } : { name, outcome }
}

function checkTypes(): Step {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', root], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return { name: 'types', outcome: status === 0 ? 'passed' : 'failed' }
}

function section(title: string, run: () => Step): Step {
  process.stdout.write(`\n── ${title}\n`)
  const startedAt = performance.now()
  const step = run()
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  process.stdout.write(`── ${title}: ${step.outcome} in ${seconds} s\n`)
  return step
}

const steps = [section('format and lint', checkStyle), section('types', checkTypes)]
process.stdout.write('\n── tests\n')
const code = await runTests(process.argv.slice(2), steps)
process.stdout.write('', () => process.exit(code))
