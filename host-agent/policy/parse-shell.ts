import {
  type Assignment,
  forEachChild,
  parse,
  type Command as ShellCommand,
  type Word as ShellWord,
  type SyntaxNode,
} from 'unbash'

/** A word as far as it can be known without running anything. `exact`: what it says is what the program gets. */
export type Word = { text: string; exact: boolean }
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
  /** Every simple command in it, also those within substitutions, loops and functions, in the order of the text. */
  commands: SimpleCommand[]
  obscure: ReadonlySet<Obscurity>
  /** The words of the one simple command, exactly as a POSIX shell would hand them over; null when it is anything else. */
  argv: string[] | null
}

/** What each kind of node says about the line; kinds that are not here say nothing by themselves. */
const obscures: Readonly<Record<string, Obscurity>> = {
  CommandExpansion: 'substitution',
  ProcessSubstitution: 'substitution',
  SimpleExpansion: 'expansion',
  ParameterExpansion: 'expansion',
  ArithmeticExpansion: 'expansion',
  // bash reads $'…' and $"…" as quotes of their own, a POSIX shell does not: it is not known what the program gets.
  AnsiCQuoted: 'expansion',
  LocaleString: 'expansion',
  If: 'compound-syntax',
  For: 'compound-syntax',
  ArithmeticFor: 'compound-syntax',
  Select: 'compound-syntax',
  While: 'compound-syntax',
  Case: 'compound-syntax',
  Function: 'compound-syntax',
  Subshell: 'compound-syntax',
  BraceGroup: 'compound-syntax',
  Coproc: 'compound-syntax',
  TestCommand: 'compound-syntax',
  ArithmeticCommand: 'compound-syntax',
  ArrayValue: 'compound-syntax',
  Time: 'compound-syntax',
  Negation: 'compound-syntax',
  HereDoc: 'compound-syntax',
  HereString: 'compound-syntax',
}

/**
 * Reads a command line as bash would (the grammar is `unbash`'s), and says where that is not enough to know what runs. Whatever the parser had to guess or mend,
 * and what a POSIX shell would read in another way, is obscure.
 */
export function parseShell(line: string): ParsedShell {
  const obscure = new Set<Obscurity>()
  const commands: SimpleCommand[] = []
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(line)) obscure.add('control-character')
  if ((/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1) obscure.add('unfinished')

  function visit(node: SyntaxNode, piped: boolean): void {
    const says = obscures[node.type]
    if (says) obscure.add(says)
    if (node.type === 'Script' && node.errors?.length) obscure.add('unfinished')
    if (node.type === 'Redirect' && node.operator.startsWith('&')) obscure.add('compound-syntax')
    if (node.type === 'Pipeline') {
      if (node.operators.includes('|&')) obscure.add('compound-syntax')
      for (const prefix of node.prefixes) visit(prefix, piped)
      for (const [index, command] of node.commands.entries()) visit(command, piped || index > 0)
      return
    }
    if (node.type === 'Command') commands.push(simpleCommand(node, piped))
    forEachChild(node, (child) => visit(child, piped))
  }

  const script = parse(line)
  visit(script, false)
  if (commands.some(({ redirects }) => redirects.some(({ target }) => target === null))) obscure.add('unfinished')
  return { commands, obscure, argv: obscure.size === 0 ? argvOf(line, script.commands) : null }
}

/**
 * Only where the whole line is one command and nothing else: no separator, comment, assignment or redirection, every word exact, and nothing but blanks between them,
 * so that what a tolerant parser skips is not skipped here.
 */
function argvOf(line: string, statements: ReturnType<typeof parse>['commands']): string[] | null {
  const [only, ...more] = statements
  if (!only || more.length > 0 || only.background || only.command.type !== 'Command') return null
  const { name, args, prefix, suffix } = only.command
  if (!name || prefix.length > 0 || args.length !== suffix.length) return null
  const read = [name, ...args]
  const gaps = read.map(({ pos }, index) => line.slice(read[index - 1]?.end ?? 0, pos))
  if (![...gaps, line.slice(read.at(-1)?.end)].every((gap) => /^(?:[ \t]|\\\n)*$/.test(gap))) return null
  const words = simpleCommand(only.command, false).words
  return words.every(({ exact }) => exact) ? words.map(({ text }) => text) : null
}

const simpleCommand = ({ name, prefix, args, redirects }: ShellCommand, piped: boolean): SimpleCommand => ({
  words: [
    ...(name ? [wordOf(name)] : []),
    ...args.map((arg) => (arg.type === 'Word' ? wordOf(arg) : assignmentOf(arg))),
  ],
  assignments: prefix.filter((each) => each.type === 'Assignment').map(assignmentOf),
  redirects: redirects.map((each) => {
    const target = each.type === 'HereDoc' ? each.delimiter : each.target
    const known = target?.type === 'HereDocDelimiter' ? { text: target.value, exact: true } : target && wordOf(target)
    return { operator: each.operator, target: known ?? null }
  }),
  piped,
})

/** What an assignment sets may depend on much; as a word it is never exact. */
const assignmentOf = ({ text }: Assignment): Word => ({ text, exact: false })

const wordOf = ({ text, value, parts }: ShellWord): Word => ({
  text: value,
  exact: parts === undefined ? isLiteral(text) : parts.every((part, index) => isExact(part, index === 0)),
})

function isExact(part: NonNullable<ShellWord['parts']>[number], first: boolean): boolean {
  if (part.type === 'Literal') return isLiteral(part.text, first)
  if (part.type === 'DoubleQuoted') return part.parts.every(({ type }) => type === 'Literal')
  return part.type === 'SingleQuoted'
}

/** Unquoted text that no shell makes anything else of: no pattern, no braces but `{}`, no home folder. */
function isLiteral(text: string, first = true): boolean {
  const bare = text.replace(/\\./gs, 'x')
  return !/[*?[{}]/.test(bare.replaceAll('{}', '')) && !(first ? /(^|[=:])~/ : /[=:]~/).test(bare)
}
