import type { Colour, Grammar } from './grammars.ts'
import { grammars } from './grammars.ts'

/** A stretch of code of one colour; null: the text's own. */
export type Token = { text: string; colour: Colour | null }

const patterns = new Map<Grammar, RegExp>()

/** The lines of a piece of a file in colours; lines of a language that is not known come back plain. Tokens are made, never HTML. */
export function highlightLines(path: string, lines: readonly string[]): Token[][] {
  const grammar = grammars.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase())
  if (!grammar) return lines.map((text) => [{ text, colour: null }])
  const made: Token[][] = [[]]
  for (const { text, colour } of tokensOf(grammar, lines.join('\n'))) {
    for (const [index, piece] of text.split('\n').entries()) {
      if (index > 0) made.push([])
      if (piece !== '') made.at(-1)?.push({ text: piece, colour })
    }
  }
  return made
}

function* tokensOf(grammar: Grammar, text: string): Generator<Token> {
  let at = 0
  for (const match of text.matchAll(patternOf(grammar))) {
    const [found, ...groups] = match
    if (match.index > at) yield { text: text.slice(at, match.index), colour: null }
    at = match.index + found.length
    const [kind] = grammar.rules[groups.findIndex((group) => group !== undefined)] ?? []
    const inside = kind === 'embed' ? grammars.get(grammar.embed ?? '') : undefined
    if (inside) yield* tokensOf(inside, found)
    else yield { text: found, colour: kind === 'word' ? ofWord(grammar, text, match.index, at) : (kind as Colour) }
  }
  if (at < text.length) yield { text: text.slice(at), colour: null }
}

function patternOf(grammar: Grammar): RegExp {
  const known = patterns.get(grammar)
  if (known) return known
  const pattern = new RegExp(grammar.rules.map(([, source]) => `(${source})`).join('|'), 'gm')
  patterns.set(grammar, pattern)
  return pattern
}

/** A keyword is none behind a dot; what is called and what is written large is a name of its own. */
function ofWord({ words, anyCase }: Grammar, text: string, from: number, to: number): Colour | null {
  const word = text.slice(from, to)
  if (words.has(anyCase ? word.toLowerCase() : word) && text[from - 1] !== '.') return 'keyword'
  return !anyCase && (text[to] === '(' || /^[A-Z]/.test(word)) ? 'title' : null
}
