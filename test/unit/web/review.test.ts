import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '#client/store.ts'
import { changedFileOf, rowsOf, splitPatch } from '#web/app/model/patch.ts'
import { changeReview, readReview, reviewPrompt, withComment, withoutSent } from '#web/app/model/review.ts'
import { wordChanges } from '#web/app/model/word-changes.ts'
import { grammars } from '#web/app/views/grammars.ts'
import { highlightLines } from '#web/app/views/highlight.ts'

const file = (path: string, ...lines: string[]) =>
  [`diff --git a/${path} b/${path}`, 'index 1..2 100644', `--- a/${path}`, `+++ b/${path}`, ...lines, ''].join('\n')

describe('a patch', () => {
  const patch = file('src/a.js', '@@ -1,2 +1,2 @@', ' one', '-two', '+three') + file('a.js', '@@ -1 +1 @@', '-x', '+y')

  test('is read file by file, and a path is not taken for another that ends alike', () => {
    const parts = splitPatch(patch)
    expect([...parts.keys()]).toEqual(['src/a.js', 'a.js'])
    expect(parts.get('a.js')).toContain('+y')
    expect(parts.get('src/a.js')).toContain('+three')
  })

  test('says of files that the list has no room for what the list would say', () => {
    const odd = [
      'diff --git a/old name b/new name\nsimilarity index 100%\nrename from old name\nrename to new name\n',
      'diff --git a/a b c b/a b c\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/a b c\t\n@@ -0,0 +1,2 @@\n++++ b/x\n+y\n',
      'diff --git a/x.png b/x.png\nnew file mode 100644\nindex 0..1\nBinary files /dev/null and b/x.png differ\n',
      'diff --git a/gone b/gone\ndeleted file mode 100644\nindex 1..0\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n',
      'diff --git "a/\\303\\251" "b/\\303\\251"\nindex 1..2\n--- "a/\\303\\251"\n+++ "b/\\303\\251"\n@@ -1 +1 @@\n-x\n+y\n',
    ].join('')
    expect([...splitPatch(odd)].map(changedFileOf)).toMatchObject([
      { path: 'new name', from: 'old name', change: 'move', added: 0, removed: 0 },
      { path: 'a b c', change: 'add', added: 2, removed: 0 },
      { path: 'x.png', change: 'add', binary: true },
      { path: 'gone', change: 'delete', added: 0, removed: 1 },
      { change: 'modify', added: 1, removed: 1 },
    ])
  })

  test('becomes rows with the numbers of either side, and lines that replace one another as pairs', () => {
    expect(rowsOf(splitPatch(patch).get('src/a.js') ?? '')).toMatchObject([
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

  test('style sheets; scripts by the words of TypeScript, also in a page', () => {
    const coloursOf = (path: string, ...lines: string[]) =>
      highlightLines(path, lines).flatMap((tokens) =>
        tokens.flatMap(({ text, colour }) => (colour ? [[text, colour]] : [])),
      )
    expect(coloursOf('a.css', '@media print {', '.bar a:hover {', '  color: #fff; /* white */', '}')).toEqual([
      ['@media', 'keyword'],
      ['.bar', 'title'],
      ['color', 'number'],
      ['#fff', 'number'],
      ['/* white */', 'comment'],
    ])
    expect(coloursOf('a.js', "let x = 'y'")).toContainEqual(['let', 'keyword'])
    expect(coloursOf('a.html', "<script>let x = 'y'</script>")).toContainEqual(['let', 'keyword'])
  })

  test('a long style sheet of one block is coloured in one go', () => {
    const lines = [':root {', ...Array.from({ length: 20_000 }, (_, index) => `  --x${index}: ${index}px;`), '}']
    expect(highlightLines('a.css', lines)).toHaveLength(lines.length)
  })

  test('every language’s comments, texts, words and names', () => {
    const coloured = (path: string, code: string) =>
      highlightLines(path, code.split('\n'))
        .flat()
        .flatMap(({ text, colour }) => (colour ? [`${text} ${colour}`] : []))
    expect(coloured('a.py', 'def f(x):  # why\n  """a\nb"""')).toEqual([
      'def keyword',
      'f title',
      '# why comment',
      '"""a string',
      'b""" string',
    ])
    expect(coloured('a.ts', 'a.delete(/"/g, `b`)')).toEqual(['delete title', '/"/g string', '`b` string'])
    expect(coloured('a.rs', "fn f<'a>(x: &'a str) -> char { 'b' }")).toEqual([
      'fn keyword',
      "'a number",
      "'a number",
      'str keyword',
      'char keyword',
      "'b' string",
    ])
    expect(coloured('a.cpp', '#include <a>\nclass A {} /* b\nc')).toEqual([
      '#include keyword',
      'class keyword',
      'A title',
      '/* b comment',
      'c comment',
    ])
    expect(coloured('a.sh', 'if [ "$a" ]; then b $c; fi # d')).toEqual([
      'if keyword',
      '"$a" string',
      'then keyword',
      '$c number',
      'fi keyword',
      '# d comment',
    ])
    expect(coloured('a.yml', "- on: push # why\n  'a': true")).toEqual([
      'on number',
      '# why comment',
      "'a' string",
      'true keyword',
    ])
    expect(coloured('a.json', '{"a": "b"}')).toEqual(['"a" number', '"b" string'])
    expect(coloured('a.md', '# A\n- `b` [c](d)\n> e')).toEqual([
      '# A title',
      '- keyword',
      '`b` string',
      '[c](d) string',
      '> e comment',
    ])
    expect(coloured('a.vue', '<a b="c"></a><!-- d')).toEqual([
      '<a keyword',
      'b number',
      '"c" string',
      '> keyword',
      '</a keyword',
      '> keyword',
      '<!-- d comment',
    ])
  })

  test('no text of an agent makes a grammar slow or loses a character', () => {
    const pieces = [
      '"',
      "'",
      '\u0060',
      '\\',
      '/*',
      '/',
      '(/',
      '<',
      '<script>',
      '<!--',
      '[',
      '{/',
      '\u0024{',
      '.a',
      'a:',
      '-',
    ]
    pieces.push('# ', '"""', '\u0060'.repeat(3), '@', 'A(', ' ', '0.')
    const endings = new Map([...grammars].map(([ending, grammar]) => [grammar, ending])).values()
    for (const ending of endings) {
      for (const [index, piece] of pieces.entries()) {
        const unit = piece + (pieces[(index * 7 + 3) % pieces.length] ?? '')
        const lines = Array.from({ length: 60 }, () => unit.repeat(999 / unit.length))
        const made = highlightLines(`a.${ending}`, lines)
        expect(made.map((tokens) => tokens.map(({ text }) => text).join(''))).toEqual(lines)
      }
    }
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

test('SQL has colours by the words of every dialect', () => {
  const [tokens = []] = highlightLines('a.sql', ["SELECT a FROM b WHERE c = 'it''s' -- why"])
  expect(tokens.flatMap(({ text, colour }) => (colour ? [`${text.trim()} ${colour}`] : []))).toEqual([
    'SELECT keyword',
    'FROM keyword',
    'WHERE keyword',
    "'it''s' string",
    '-- why comment',
  ])
})

test('a comment that is written while others are sent is not sent, and stays; so does one that another tab wrote', async () => {
  const store = memoryStore()
  const on = (line: number, text: string) => ({ path: 'a.js', line, side: 'after' as const, code: 'x', text })
  const write = (line: number, text: string) => changeReview(store, 'tsk_1', withComment(on(line, text)))
  await Promise.all([write(1, 'one'), write(2, 'two')])
  const sent = await readReview(store, 'tsk_1')
  await Promise.all([write(3, 'three'), write(2, 'two, otherwise')])
  await changeReview(store, 'tsk_1', withoutSent(sent))
  expect((await readReview(store, 'tsk_1')).map(({ text }) => text).sort()).toEqual(['three', 'two, otherwise'])
  await write(3, '')
  expect(await readReview(store, 'tsk_1')).toHaveLength(1)
})
