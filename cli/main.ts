import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Half of what a verb takes is reading these sources; kept beside what npm installed, it is read once. Where that folder can't be written, it is read each time.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/countersign'))

const { main } = await import('./program.ts')
process.exitCode = await main(process.argv.slice(2))
