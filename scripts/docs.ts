// node scripts/bootstrap.mjs scripts/docs.ts: renews what the documents take from the code.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withErrorTable } from './error-table.ts'

const readme = join(import.meta.dirname, '../README.md')
writeFileSync(readme, withErrorTable(readFileSync(readme, 'utf8')))
