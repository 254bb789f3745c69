import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import type { Plugin } from 'vite'
import { flatten } from '../web/texts/words.ts'

const SUFFIX = '.ts?compiled'

/** `import words from './en/first.ts?compiled'` is that file's words by dotted key, parsed from ICU MessageFormat at build time: no parser travels. */
export function compileTexts(): Plugin {
  return {
    name: 'compile-texts',
    async load(id) {
      if (!id.endsWith(SUFFIX)) return null
      const path = id.slice(0, -'?compiled'.length)
      this.addWatchFile(path)
      // A changed file is another module.
      const version = Buffer.from(readFileSync(path)).length
      const { default: words } = await import(`${pathToFileURL(path).href}?${version}`)
      const messages = Object.entries(flatten(words)).map(([key, message]) => [key, compileMessage(message)])
      return `export default ${JSON.stringify(Object.fromEntries(messages))}`
    },
  }
}
