// node scripts/bootstrap.mjs ENTRY.ts [ARGS]: what every npm script starts with, on whatever Node there is.
import { runOnNode24 } from './run-on-node-24.mjs'

const [entry, ...args] = process.argv.slice(2)
if (!entry) {
  process.stderr.write('Usage: node scripts/bootstrap.mjs ENTRY.ts [ARGS]\n')
  process.exit(1)
}
runOnNode24(entry, args)
