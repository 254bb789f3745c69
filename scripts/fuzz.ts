// npm run fuzz [-- --runs N] [FILTER…]: the property tests of `npm test` with many more inputs, from fresh seeds. What fails names its seed.
import { parseArgs } from 'node:util'
import { runTests } from './run-tests.ts'

/** Suites that take their number of inputs from COUNTERSIGN_FUZZ_RUNS. */
const suites = ['test/contract/relay-fuzz.test.ts', 'test/unit/trust/garbage.test.ts']

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '200000' } },
  allowPositionals: true,
})
if (!/^[1-9]\d{0,8}$/.test(values.runs)) {
  process.stderr.write('--runs takes a whole number: how many inputs each property gets.\n')
  process.exit(1)
}
process.env.COUNTERSIGN_FUZZ_RUNS = values.runs
const code = await runTests([...(positionals.length > 0 ? positionals : suites), '--testTimeout=3600000'])
process.stdout.write('', () => process.exit(code))
