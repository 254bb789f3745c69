// npm test [-- FILTER… | -t NAME]: everything that tells whether the product works.
import { runTests } from './run-tests.ts'

const code = await runTests(process.argv.slice(2))
// After the last line is out: a handle that a suite left open must not keep the run from ending.
process.stdout.write('', () => process.exit(code))
