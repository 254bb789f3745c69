import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Figure } from '../../../bench/figure.ts'
import { figure, percentile } from '../../../bench/figure.ts'
import { compileTexts } from '../../../scripts/compile-texts.ts'
import type { AppBench } from './open-app-bench.ts'

const root = join(import.meta.dirname, '../../..')
const head = (lines: number) =>
  `diff --git a/src/a.ts b/src/a.ts\nindex 1..2 100644\n--- a/src/a.ts\n+++ b/src/a.ts\n@@ -0,0 +1,${lines} @@\n`
const line = (n: number) => `+export const value${n} = compute('${n}', { deep: [${n}, true] }) // of many\n`

const patches = {
  /** As many lines as a large change has. */
  diff5000LinesMs: head(5_000) + Array.from({ length: 5_000 }, (_, n) => line(n)).join(''),
  /** A minified file: one line of a megabyte. */
  diff1MbLineMs: `${head(1)}+${'x=1;'.repeat(262_144)}\n`,
}

/** The view of a change with a patch of its own, in a page of its own: from the tap that opens it to the frame that shows it. */
export async function appDiff({ world }: AppBench): Promise<Figure[]> {
  const script = await bundle()
  const server = createServer((request, response) => {
    const isScript = request.url === '/view.js'
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><div id="app"></div><script src="/view.js"></script>')
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const page = await world.chromium.newPage(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const figures: Figure[] = []
  for (const [name, patch] of Object.entries(patches)) {
    const samples: number[] = []
    for (let round = 0; round < 5; round += 1)
      samples.push(
        await page.evaluate(
          (text) => (globalThis as unknown as { open(patch: string): Promise<number> }).open(text),
          patch,
        ),
      )
    figures.push(figure(`${name}.p50`, percentile(samples, 50), 'ms'))
  }
  await page.close()
  server.close()
  return figures
}

async function bundle(): Promise<string> {
  const entry = `
    import { render, h } from 'preact'
    import { FileDiff } from './web/app/views/diff.tsx'
    const root = document.querySelector('#app')
    globalThis.open = async (patch) => {
      render(null, root)
      const start = performance.now()
      render(h(FileDiff, { patch, path: 'src/a.ts', review: null }), root)
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      if (!root.querySelector('.row')) throw new Error('nothing is shown')
      return performance.now() - start
    }`
  const words = compileTexts()
  const made = await build({
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    plugins: [
      {
        name: words.name,
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /\?compiled$/ }, ({ path, resolveDir }) => ({
            path: join(resolveDir, path),
            namespace: 'words',
          }))
          onLoad({ filter: /.*/, namespace: 'words' }, async ({ path }) => ({
            contents: await (words.load as unknown as (this: object, id: string) => Promise<string>).call(
              { addWatchFile() {} },
              path,
            ),
          }))
        },
      },
    ],
  })
  return made.outputFiles[0]?.text ?? ''
}
