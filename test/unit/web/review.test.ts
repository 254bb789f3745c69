import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { patchOfFile, rowsOf } from '#web/app/model/patch.ts'
import { reviewPrompt } from '#web/app/model/review.ts'
import { wordChanges } from '#web/app/model/word-changes.ts'
import { highlightLines } from '#web/app/views/highlight.ts'

const file = (path: string, ...lines: string[]) =>
  [`diff --git a/${path} b/${path}`, 'index 1..2 100644', `--- a/${path}`, `+++ b/${path}`, ...lines, ''].join('\n')

describe('a patch', () => {
  const patch = file('src/a.js', '@@ -1,2 +1,2 @@', ' one', '-two', '+three') + file('a.js', '@@ -1 +1 @@', '-x', '+y')

  test('is read file by file, and a path is not taken for another that ends alike', () => {
    expect(patchOfFile(patch, 'a.js')).toContain('+y')
    expect(patchOfFile(patch, 'src/a.js')).toContain('+three')
    expect(patchOfFile(patch, 'b.js')).toBeNull()
  })

  test('becomes rows with the numbers of either side, and lines that replace one another as pairs', () => {
    expect(rowsOf(patchOfFile(patch, 'src/a.js') ?? '')).toMatchObject([
      { kind: 'hunk', lines: 3 },
      { change: 'normal', before: 1, after: 1, pair: null },
      { change: 'delete', before: 2, after: null, pair: 'three' },
      { change: 'insert', before: null, after: 2, pair: 'two' },
    ])
  })

  test('a binary file and nonsense are said to be', () => {
    expect(rowsOf('diff --git a/x.png b/x.png\nindex 1..2 100644\nBinary files a/x.png and b/x.png differ\n')).toBe(
      'binary',
    )
    expect(rowsOf('')).toBeNull()
  })
})

describe('what is other within a line', () => {
  const marked = (line: string, other: string) =>
    wordChanges(line, other)
      .map(({ text, changed }) => (changed ? `[${text}]` : text))
      .join('')

  test('words that are not in the other', () => {
    expect(marked("greet('you') // hi", "greet('me') // hi")).toBe("greet('[you]') // hi")
    expect(marked('const a = one(two, three)', 'const a = one(three)')).toBe('const a = one([two, ]three)')
  })

  test('lines that have next to nothing in common are two lines', () => {
    expect(marked('return value', 'throw new Error()')).toBe('return value')
  })

  test('nothing is lost, whatever the lines are', () => {
    void fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(
          wordChanges(a, b)
            .map(({ text }) => text)
            .join(''),
        ).toBe(a)
      }),
    )
  })
})

describe('colours', () => {
  test('by the file’s ending, line by line, and nothing of the text is lost', () => {
    const lines = ["const greet = 'hi' // said", '', 'if (x) y()']
    const made = highlightLines('src/a.ts', lines)
    expect(made.map((tokens) => tokens.map(({ text }) => text).join(''))).toEqual(lines)
    expect(made[0]).toContainEqual({ text: 'const', colour: 'keyword' })
    expect(made[0]).toContainEqual({ text: '// said', colour: 'comment' })
  })

  test('what is not known stays plain', () => {
    expect(highlightLines('a.unknown', ['<b>'])).toEqual([[{ text: '<b>', colour: null }]])
  })
})

test('comments become one instruction, by file and line', () => {
  const text = reviewPrompt([
    { path: 'b.js', line: 3, side: 'after', code: '  b()', text: 'Why?' },
    { path: 'a.js', line: 9, side: 'before', code: 'gone()', text: 'Keep this.' },
  ])
  expect(text).toBe(
    'Please work through these comments on your changes:\n\na.js, removed line 9:\n> gone()\nKeep this.\n\nb.js, line 3:\n> b()\nWhy?',
  )
})
