import { join } from 'node:path'
import { defineConfig } from 'vite'
import { compileTexts } from '../scripts/compile-texts.ts'
import { leaveSentencesOut } from '../scripts/leave-sentences-out.ts'

const entry = join(import.meta.dirname, 'app/main.tsx')

/** Whether the entry reaches a module without waiting. The entry itself stays apart, so that its name is the one that the page asks for. */
function isFirst(id: string, graph: { getModuleInfo(id: string): { importedIds: readonly string[] } | null }): boolean {
  if (id === entry) return false
  const seen = new Set<string>([entry])
  for (const each of seen) for (const next of graph.getModuleInfo(each)?.importedIds ?? []) seen.add(next)
  return seen.has(id)
}

/** The app. The worker is built apart by `scripts/build.ts`, as it has to know the names of everything built here. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'public',
  plugins: [compileTexts(), leaveSentencesOut()],
  build: {
    outDir: '../dist/app',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows neither inline scripts nor data: URLs for code.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'build.json',
    reportCompressedSize: false,
    sourcemap: false,
    rolldownOptions: {
      output: {
        // What the first screen needs in one piece: many small ones compress worse and are asked for one by one.
        codeSplitting: { groups: [{ debugName: 'core', name: (id, graph) => (isFirst(id, graph) ? 'core' : null) }] },
      },
    },
  },
})
