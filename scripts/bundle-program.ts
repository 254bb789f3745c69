// node scripts/bundle-program.ts FOLDER: the program in one piece into this folder, for verbs that stay: see docs/decisions/0015.
import { readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const target = process.argv[2]
if (!target) throw new Error('usage: bundle-program.ts FOLDER')
const made = `${target}.${process.pid}`
/** Programs made before that stay: one of them may still run, and load a part of itself later. */
const kept = 3

await build({
  entryPoints: [join(root, 'cli/main.ts')],
  outdir: made,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // What is loaded when it is needed stays apart.
  splitting: true,
  minify: true,
  // A stack names functions as the sources do.
  keepNames: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  // Some packages are modules only by this field.
  mainFields: ['module', 'main'],
  logLevel: 'error',
  banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
  // The files beside which the verbs look for the app and for the launcher.
  define: { 'import.meta.dirname': JSON.stringify(join(root, 'cli')) },
  plugins: [
    {
      // As CommonJS it would have no names to import later.
      name: 'yaml-as-modules',
      setup({ onResolve }) {
        onResolve({ filter: /^yaml$/ }, () => ({ path: join(root, 'node_modules/yaml/browser/index.js') }))
      },
    },
  ],
})
try {
  renameSync(made, target)
} catch {
  // Another start was faster, with the same.
  rmSync(made, { recursive: true, force: true })
}
const others = readdirSync(dirname(target)).filter((name) => name !== basename(target))
for (const name of others.sort().slice(0, -kept)) rmSync(join(dirname(target), name), { recursive: true, force: true })
