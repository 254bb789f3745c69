import { join } from 'node:path'

// Here, and not in a folder below: the bundled program takes this folder for that of each of its parts.

/** What starts this program, for those who start it later: a service, an agent's hook. */
export const launcher = join(import.meta.dirname, 'countersign.mjs')

/** The app as it was built in this clone. */
export const builtApp = join(import.meta.dirname, '../dist/app')
