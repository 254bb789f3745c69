import { join } from 'node:path'
import { defineConfig } from 'vite'
import { compileTexts } from '../scripts/compile-texts.ts'
import { leaveSentencesOut } from '../scripts/leave-sentences-out.ts'

const page = join(import.meta.dirname, 'app/main.tsx')
const worker = join(import.meta.dirname, 'service-worker/main.ts')

type Graph = { getModuleInfo(id: string): { importedIds: readonly string[] } | null }

/** Whether an entry reaches a module without waiting. The entries themselves stay apart, so that their names are the ones that are asked for. */
function reaches(entry: string, id: string, graph: Graph): boolean {
  if (id === page || id === worker) return false
  const seen = new Set<string>([entry])
  for (const each of seen) for (const next of graph.getModuleInfo(each)?.importedIds ?? []) seen.add(next)
  return seen.has(id)
}

/** The app and its worker, which share what both need; `scripts/build.ts` tells the worker the names of everything built here. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'public',
  plugins: [compileTexts(), leaveSentencesOut()],
  resolve: {
    // Markdown's reader would set innerHTML to learn what `&amp;` is.
    alias: { 'decode-named-character-reference': join(import.meta.dirname, 'app/model/named-characters.ts') },
  },
  build: {
    outDir: '../dist/app',
    emptyOutDir: true,
    target: 'es2022',
    // Those that deliver pushes and know :dir(). For older ones it would be guessed from the language, and not be what the page says.
    cssTarget: ['chrome120', 'firefox121', 'safari16.4'],
    // The content security policy allows neither inline scripts nor data: URLs for code.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'build.json',
    reportCompressedSize: false,
    sourcemap: false,
    rolldownOptions: {
      input: { index: join(import.meta.dirname, 'index.html'), 'service-worker': worker },
      output: {
        // The worker's name stays: it is how a browser finds the next release.
        entryFileNames: ({ name }) => (name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js'),
        // What the first screen needs in two pieces, one of which the worker needs too: many small ones compress worse and are asked for one by one.
        codeSplitting: {
          groups: [
            {
              debugName: 'shared',
              priority: 2,
              name: (id, graph) => (reaches(page, id, graph) && reaches(worker, id, graph) ? 'shared' : null),
            },
            { debugName: 'core', priority: 1, name: (id, graph) => (reaches(page, id, graph) ? 'core' : null) },
            // What several later screens need, where it is too little to be asked for by itself; what the worker needs of it stays apart, else it would have all of it.
            {
              debugName: 'noted',
              priority: 0.5,
              minShareCount: 2,
              name: (id, graph) => (reaches(worker, id, graph) ? 'noted' : null),
            },
            { debugName: 'parts', priority: 0, minShareCount: 3, maxModuleSize: 6_000, name: 'parts' },
          ],
        },
      },
    },
  },
})
