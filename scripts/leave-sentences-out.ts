import type { Plugin } from 'vite'

const TABLE = '/protocol/errors.ts'
/** `[409, 'What happened. What to do.']` of the table, in either kind of quotes. */
const row = /\[\s*\d{3},\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"),?\s*\]/g

/**
 * The page needs the codes of refusals at once, their sentences hardly ever and their status never: both are left out of the table here, and the sentences come with the words
 * that load later (`web/texts/en/errors.ts`). A table in which no row is found fails the build.
 */
export function leaveSentencesOut(): Plugin {
  return {
    name: 'leave-sentences-out',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith(TABLE)) return null
      const lean = code.replaceAll(row, 'leftOut')
      if (lean === code) throw new Error(`${id}: no row of the table of refusals was found`)
      return { code: `const leftOut = [500, '']\n${lean}`, map: null }
    },
  }
}
