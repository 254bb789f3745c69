import { defineConfig } from 'vite'
import { compileTexts } from '../scripts/compile-texts.ts'

/** The app. The worker is built apart by `scripts/build.ts`, as it has to know the names of everything built here. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'public',
  plugins: [compileTexts()],
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
        // What every screen needs in one piece: many small ones compress worse and are asked for one by one.
        codeSplitting: {
          groups: [
            {
              name: 'core',
              test: /\/(client\/|trust\/|protocol\/|link\/|web\/(shared\/|texts\/(texts|times|languages|speak-on-page|en\/first)\.ts|app\/(model|parts)\/))|node_modules\/(@preact|preact|@lingui|zod|hpke|idb|ulid|canonicalize)\//,
            },
          ],
        },
      },
    },
  },
})
