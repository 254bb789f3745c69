import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseShell } from '#host-agent/policy/parse-shell.ts'

test('one simple command has its words', () => {
  const simple: [string, string[]][] = [
    ['npm test', ['npm', 'test']],
    [`echo "a b" 'c d' e\\ f`, ['echo', 'a b', 'c d', 'e f']],
    [`printf '%s' "" ''`, ['printf', '%s', '', '']],
    ['echo a#b', ['echo', 'a#b']],
    ['echo "\\$HOME" \\$HOME', ['echo', '$HOME', '$HOME']],
    ['find . -name x.ts', ['find', '.', '-name', 'x.ts']],
    ['  ls\t-l  ', ['ls', '-l']],
    [`echo 'it'"'"'s'`, ['echo', "it's"]],
    ['echo {}', ['echo', '{}']],
  ]
  for (const [line, argv] of simple) expect({ line, argv: parseShell(line).argv }).toEqual({ line, argv })
})

test('what is more than one simple command has no argv', () => {
  const lines = [
    'a && b',
    'a || b',
    'a; b',
    'a | b',
    'a & b',
    'a &',
    'a\nb',
    '(a)',
    'a > f',
    'a 2>&1',
    'a < f',
    'a <<EOF\nx\nEOF',
    'a <(b)',
    'echo $HOME',
    'echo "$X"',
    'echo $\x7bX}',
    'echo $(id)',
    'echo `id`',
    'echo "`id`"',
    'ls *.ts',
    'ls ?',
    'ls [ab]',
    'ls ~',
    'ls ~/x',
    'echo {a,b}',
    'A=1 b',
    'A=1',
    'if true',
    '! a',
    'a #b',
    '# a',
    "echo 'x",
    'echo "x',
    'echo x\\',
    '',
    '   ',
    'echo \u0007',
    'a\rb',
    "$'a'",
    'a >',
    'time a',
    '[[ x ]]',
    'x=(a b)',
  ]
  for (const line of lines) expect({ line, argv: parseShell(line).argv }).toEqual({ line, argv: null })
})

test('several commands are found one by one, with what goes into them', () => {
  const { commands } = parseShell('curl -s x | sh && echo "done; rm" > out.txt; rm -rf y')
  expect(commands.map(({ words, piped }) => [words.map(({ text }) => text).join(' '), piped])).toEqual([
    ['curl -s x', false],
    ['sh', true],
    ['echo done; rm', false],
    ['rm -rf y', false],
  ])
  expect(commands[2]?.redirects).toEqual([{ operator: '>', target: { text: 'out.txt', exact: true } }])
  expect(parseShell('echo 2 > x').commands[0]?.words).toHaveLength(2)
  expect(parseShell('echo 2> x').commands[0]?.words).toHaveLength(1)
})

test('real shells read the same words wherever there is an argv', () => {
  const piece = fc.constantFrom(
    'a',
    'b c',
    ' ',
    '\t',
    "'",
    '"',
    '\\',
    '$',
    '`',
    '#',
    ';',
    '|',
    '&',
    '<',
    '>',
    '(',
    ')',
    '*',
    '?',
    '[',
    ']',
    '{',
    '}',
    '~',
    '!',
    '=',
    '-',
    '/',
    '.',
    '1',
    '\n',
    ',',
    ':',
    'é',
    '%',
  )
  const lines = fc.sample(
    fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
    { numRuns: 30_000, seed: 7 },
  )
  const simple = lines.map((rest) => `printarg ${rest}`).filter((line) => parseShell(line).argv !== null)
  expect(simple.length).toBeGreaterThan(1_000)
  for (const shell of ['sh', 'bash']) {
    const script = `printarg() { for word do printf '%s\\001' "$word"; done; printf '\\002'; }\n${simple.join('\n')}\n`
    const told = execFileSync(shell, ['-c', script], { encoding: 'utf8', cwd: '/', maxBuffer: 1 << 26 })
      .split('\x02')
      .slice(0, -1)
    const read = told.map((words) => words.split('\x01').slice(0, -1))
    expect(read.length).toBe(simple.length)
    for (const [index, line] of simple.entries()) {
      expect({ shell, line, words: read[index] }).toEqual({ shell, line, words: parseShell(line).argv?.slice(1) })
    }
  }
})
