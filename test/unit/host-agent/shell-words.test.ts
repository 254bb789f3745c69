import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseShell } from '#host-agent/policy/parse-shell.ts'
import { shellWords } from '#host-agent/policy/shell-words.ts'

test('what is shown of words is read as the same words', () => {
  const word = fc.stringMatching(/^[ -~äé漢]{1,20}$/)
  void fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (rest) => {
      const words = ['program', ...rest]
      expect(parseShell(shellWords(words)).argv).toEqual(words)
    }),
    { numRuns: 500 },
  )
})

test.each([
  [["it's", '$HOME', 'a b', ''], `'it'\\''s' '$HOME' 'a b' ''`],
  [['npm', 'run', 'deploy:prod'], 'npm run deploy:prod'],
])('%j', (words, line) => {
  expect(shellWords(words)).toBe(line)
})
