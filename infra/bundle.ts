import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { bundleOptions } from '#functions/bundle.ts'

const root = join(import.meta.dirname, '..')

/** Bundles `functions/main/<name>.ts` for Lambda, on this machine and without Docker. Returns the folder that holds `index.mjs`. */
export function bundleFunction(name: string, outputFolder = join(root, 'dist/functions')): string {
  const folder = join(outputFolder, name)
  rmSync(folder, { recursive: true, force: true })
  buildSync({
    ...bundleOptions,
    mainFields: [...bundleOptions.mainFields],
    entryPoints: [join(root, `functions/main/${name}.ts`)],
    outfile: join(folder, 'index.mjs'),
    absWorkingDir: root,
  })
  return folder
}
