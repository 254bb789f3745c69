import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { bundleOptions } from '#functions/bundle.ts'

const root = join(import.meta.dirname, '..')

/** `folder` holds `index.mjs`, of `bytes`; `inputs` are the sources in it, as paths from the repository. */
export type Bundle = { folder: string; bytes: number; inputs: string[] }

/** Bundles `functions/main/<name>.ts` for Lambda, on this machine and without Docker. */
export function bundleFunction(name: string, outputFolder = join(root, 'dist/functions')): Bundle {
  const folder = join(outputFolder, name)
  rmSync(folder, { recursive: true, force: true })
  const { metafile } = buildSync({
    ...bundleOptions,
    mainFields: [...bundleOptions.mainFields],
    entryPoints: [join(root, `functions/main/${name}.ts`)],
    outfile: join(folder, 'index.mjs'),
    alias: { '@aws-sdk/credential-provider-node': join(root, 'infra/lambda-credentials.ts') },
    absWorkingDir: root,
    metafile: true,
  })
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
  return { folder, bytes, inputs: Object.keys(metafile.inputs) }
}
