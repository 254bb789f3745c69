/** A word as far as it can be known without running anything. `exact`: what it says is what the program gets. */
export type Word = { text: string; exact: boolean; glob: boolean }
export type Redirect = { operator: string; target: Word | null }
export type SimpleCommand = {
  words: Word[]
  assignments: Word[]
  redirects: Redirect[]
  /** Its standard input is another command's output. */
  piped: boolean
}

/** What makes a command line more than it shows. */
export type Obscurity = 'substitution' | 'expansion' | 'control-character' | 'unfinished' | 'compound-syntax'

export type ParsedShell = {
  commands: SimpleCommand[]
  obscure: ReadonlySet<Obscurity>
  /** The words of the one simple command, exactly as a POSIX shell would hand them over; null when it is anything else. */
  argv: string[] | null
}

const operators = [
  '<<<',
  '<<-',
  '&>>',
  '&&',
  '||',
  ';;',
  '|&',
  '&>',
  '>>',
  '>&',
  '>|',
  '<&',
  '<>',
  '<<',
  '<(',
  '>(',
  ';',
  '&',
  '|',
  '(',
  ')',
  '<',
  '>',
]
const reserved = new Set(
  'if then else elif fi for while until do done case esac in function select time { } ! [[ ]] coproc'.split(' '),
)
const separators = new Set(['&&', '||', ';', '&', '|', '|&', '\n'])

type Token = { word: Word } | { operator: string }

/**
 * Splits a command line as a POSIX shell would (IEEE Std 1003.1, 2.3 Token Recognition), and says where that is not possible
 * without running it. It knows less than a shell on purpose: what it does not know, it calls obscure.
 */
export function parseShell(line: string): ParsedShell {
  const obscure = new Set<Obscurity>()
  const tokens = tokenize(line, obscure)
  const commands: SimpleCommand[] = []
  let current = emptyCommand(false)
  let compound = false

  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] as Token
    if ('word' in token) {
      const isAssignment = current.words.length === 0 && /^[A-Za-z_]\w*\+?=/.test(token.word.text)
      if (isAssignment) current.assignments.push(token.word)
      else current.words.push(token.word)
      continue
    }
    const { operator } = token
    if (separators.has(operator)) {
      if (!isEmpty(current)) commands.push(current)
      if (operator === '|&') obscure.add('compound-syntax')
      current = emptyCommand(operator.startsWith('|') && operator !== '||')
      compound = true
    } else if (operator === '(' || operator === ')' || operator === ';;') {
      obscure.add('compound-syntax')
    } else if (operator === '<(' || operator === '>(') {
      obscure.add('substitution')
    } else {
      const next = tokens[index + 1]
      const target = next && 'word' in next ? next.word : null
      if (target) index += 1
      else obscure.add('unfinished')
      if (operator.startsWith('<<')) obscure.add('compound-syntax')
      // Here bash and a POSIX shell differ.
      if (/^(&>|<<<|>\(|<\()/.test(operator)) obscure.add('compound-syntax')
      current.redirects.push({ operator, target })
    }
  }
  if (!isEmpty(current)) commands.push(current)
  if (commands.some(({ words }) => words[0]?.exact && reserved.has(words[0].text))) obscure.add('compound-syntax')

  const only = commands.length === 1 && !compound && obscure.size === 0 ? commands[0] : undefined
  const plain = only && only.assignments.length === 0 && only.redirects.length === 0 && only.words.length > 0
  const argv = plain && only.words.every(({ exact }) => exact) ? only.words.map(({ text }) => text) : null
  return { commands, obscure, argv }
}

const emptyCommand = (piped: boolean): SimpleCommand => ({ words: [], assignments: [], redirects: [], piped })
const isEmpty = ({ words, assignments, redirects }: SimpleCommand) =>
  words.length + assignments.length + redirects.length === 0

function tokenize(line: string, obscure: Set<Obscurity>): Token[] {
  const tokens: Token[] = []
  let word: Word | null = null
  let at = 0
  const add = (text: string, known = true) => {
    word ??= { text: '', exact: true, glob: false }
    word.text += text
    if (!known) word.exact = false
  }
  const endWord = () => {
    if (word) tokens.push({ word })
    word = null
  }
  const expansion = () => {
    const next = line[at + 1] ?? ''
    if (line[at] === '`' || next === '(') obscure.add('substitution')
    else if (/[\w{@*#?$!'"-]/.test(next)) obscure.add('expansion')
    else return add('$')
    return add(line[at] ?? '', false)
  }

  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(line)) obscure.add('control-character')
  for (; at < line.length; at += 1) {
    const char = line[at] as string
    if (char === ' ' || char === '\t') endWord()
    else if (char === '\n') {
      endWord()
      tokens.push({ operator: '\n' })
    } else if (char === '#' && word === null) {
      while (at + 1 < line.length && line[at + 1] !== '\n') at += 1
      obscure.add('compound-syntax')
    } else if (char === "'") {
      const end = line.indexOf("'", at + 1)
      if (end === -1) obscure.add('unfinished')
      add(line.slice(at + 1, end === -1 ? line.length : end))
      at = end === -1 ? line.length : end
    } else if (char === '"') {
      add('')
      for (at += 1; at < line.length && line[at] !== '"'; at += 1) {
        const inner = line[at] as string
        if (inner === '$' || inner === '`') expansion()
        else if (inner === '\\' && /[$`"\\\n]/.test(line[at + 1] ?? '')) {
          at += 1
          if (line[at] !== '\n') add(line[at] as string)
        } else add(inner)
      }
      if (at >= line.length) obscure.add('unfinished')
    } else if (char === '\\') {
      at += 1
      if (at >= line.length) obscure.add('unfinished')
      else if (line[at] !== '\n') add(line[at] as string)
    } else if (char === '$' || char === '`') {
      // bash reads $'…' and $"…" as quotes of their own, a POSIX shell does not: it is not known what the program gets.
      expansion()
    } else if ('*?['.includes(char)) {
      add(char, false)
      if (word) (word as Word).glob = true
    } else if (line.startsWith('{}', at)) {
      add('{}')
      at += 1
    } else if ((char === '{' && line[at + 1] !== undefined && !/\s/.test(line[at + 1] ?? '')) || char === '}') {
      add(char, word === null && char === '}')
    } else if (char === '~' && (word === null || /[=:]$/.test((word as Word).text))) {
      add(char, false)
    } else {
      const operator = operators.find((candidate) => line.startsWith(candidate, at))
      if (operator) {
        // Digits right before `<` or `>` name a descriptor: they are no word.
        const digits = /(?<![^\s;&|()<>])\d+$/.exec(line.slice(0, at))?.[0]
        if (/^[<>]/.test(operator) && digits !== undefined && digits === (word as Word | null)?.text) word = null
        endWord()
        tokens.push({ operator })
        at += operator.length - 1
      } else add(char)
    }
  }
  endWord()
  return tokens
}
