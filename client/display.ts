import { packedLookAlikes } from './look-alikes.ts'

/** A stretch of text as it may be shown: as it is, a character that would not be seen (as its box), or a word that imitates another. */
export type Segment = { text: string; kind: 'plain' | 'hidden' | 'confusable' }

/**
 * Everything that draws nothing, moves the cursor, changes the direction or has no agreed look: controls, format characters (bidi, zero-width, tags), private
 * use, lone surrogates, unassigned, every space but U+0020, and fillers that are letters by name only.
 */
const hidden = new RegExp(
  [
    '[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\p{Cn}\\p{Zl}\\p{Zp}]',
    '[\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000]',
    '[\\u115f\\u1160\\u17b4\\u17b5\\u2800\\u3164\\uffa0]',
    '\\u034f|[\\u180b-\\u180f]|[\\ufe00-\\ufe0f]|[\\u{e0100}-\\u{e01ef}]',
  ].join('|'),
  'u',
)

/** Letters, digits and signs of other scripts that are read as ASCII: what imitates commands and host names. */
const lookAlikes = new Set<string>()
let code = 0
for (const run of packedLookAlikes.split(' ')) {
  const [distance = '', more = '0'] = run.split('+')
  code += Number.parseInt(distance, 36)
  lookAlikes.add(String.fromCodePoint(code))
  for (let left = Number.parseInt(more, 36); left > 0; left -= 1) lookAlikes.add(String.fromCodePoint(++code))
}
const isLookAlike = (text: string): boolean =>
  /[^\0-\x7f]/.test(text) && [...text].some((character) => lookAlikes.has(character))

/** A word, or a sign beyond ASCII. */
const words = /[\p{L}\p{M}\p{N}]+|[^\0-\x7f]/gu
/** Alphabets for formulas: no prose is written in them, so they only imitate. */
const styled = /[\u{1d400}-\u{1d7ff}\uff21-\uff5a]/u

const box = (character: string) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`

/**
 * Text of an operation, an agent or a newcomer, made safe to read: what would be invisible becomes `⟨U+202E⟩`, words with letters that imitate
 * ASCII are marked. With `lines`, line feeds and tabs stay (prose, diffs); without, they are boxes too (commands, paths, names).
 */
export function segmentsOf(text: string, { lines = false }: { lines?: boolean } = {}): Segment[] {
  const segments: Segment[] = []
  const add = (piece: string, kind: Segment['kind']) => {
    const last = segments.at(-1)
    if (last?.kind === kind && kind === 'plain') last.text += piece
    else if (piece !== '') segments.push({ text: piece, kind })
  }
  let from = 0
  const plain = (upTo: number) => {
    for (const piece of markWords(text.slice(from, upTo), lines)) add(piece.text, piece.kind)
  }
  let at = 0
  for (const character of text) {
    if (hidden.test(character) && !(lines && (character === '\n' || character === '\t'))) {
      plain(at)
      add(box(character), 'hidden')
      from = at + character.length
    }
    at += character.length
  }
  plain(text.length)
  return segments
}

/** The same as one string, for a terminal. */
export const visible = (text: string, options?: { lines?: boolean }): string =>
  segmentsOf(text, options)
    .map((segment) => segment.text)
    .join('')

/** JSON text in which what would not be seen stands as its number (RFC 8259 section 7): the same value. */
export const escapeHidden = (json: string): string =>
  json.replace(new RegExp(hidden.source, 'gu'), (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  )

/** In prose a word of another script is just that; only one that mixes scripts, or is written in no script, is marked. In a command any look-alike is. */
function markWords(text: string, prose: boolean): Segment[] {
  const segments: Segment[] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(words)) {
    if (!isLookAlike(found) || (prose && !/[A-Za-z]/.test(found) && !styled.test(found))) continue
    segments.push({ text: text.slice(from, index), kind: 'plain' }, { text: found, kind: 'confusable' })
    from = index + found.length
  }
  segments.push({ text: text.slice(from), kind: 'plain' })
  return segments
}

/** A text's beginning, and how many characters more it has: whoever cuts says so. A line feed in what has no lines is a box like any other. */
export function beginningOf(
  text: string,
  { characters, lines }: { characters: number; lines: number },
): { begin: string; more: number } {
  const inLines = lines > 1 ? text.split('\n').slice(0, lines).join('\n') : text
  // Neither the halves of a pair nor a few last letters are worth a count.
  const whole = [...inLines]
  const fits = whole.length <= characters + 20
  const begin = fits ? inLines : whole.slice(0, characters).join('')
  return { begin, more: [...text.slice(begin.length)].length }
}
