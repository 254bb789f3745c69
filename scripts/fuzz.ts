// npm run fuzz [-- --runs N] [FILTER…]: the property tests of `npm test` with many more inputs, from fresh seeds.
import { parseArgs } from 'node:util'
import { runTests } from './run-tests.ts'

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '200000' } },
  allowPositionals: true,
})
if (!/^[1-9]\d{0,8}$/.test(values.runs)) {
  process.stderr.write('--runs takes a whole number of inputs for each property.\n')
  process.exit(1)
}
process.env.COUNTERSIGN_FUZZ_RUNS = values.runs
const code = await runTests([...(positionals.length > 0 ? positionals : ['fuzz']), '--testTimeout=3600000'])
process.stdout.write('', () => process.exit(code))
