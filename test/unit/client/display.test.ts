import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { beginningOf, segmentsOf, visible } from '#client/display.ts'
import { packedLookAlikes } from '#client/look-alikes.ts'
import { findLookAlikes, packCodes } from '../../../scripts/look-alikes.ts'

test.each([
  ['right-to-left override', 'rm \u202egnp.exe', 'rm ⟨U+202E⟩gnp.exe'],
  ['zero-width space', 'git\u200b push', 'git⟨U+200B⟩ push'],
  ['ANSI escape', '\u001b[2Jls', '⟨U+001B⟩[2Jls'],
  ['new line in a command', 'ls\nrm -rf /', 'ls⟨U+000A⟩rm -rf /'],
  ['no-break space', 'rm\u00a0-rf', 'rm⟨U+00A0⟩-rf'],
  ['soft hyphen', 'np\u00adm', 'np⟨U+00AD⟩m'],
  ['Hangul filler, a letter that draws nothing', 'a\u3164b', 'a⟨U+3164⟩b'],
  ['tag characters', 'a\u{e0041}b', 'a⟨U+E0041⟩b'],
  ['variation selector', 'a\ufe0f', 'a⟨U+FE0F⟩'],
  ['private use', '\ue000', '⟨U+E000⟩'],
  ['lone surrogate', 'a\ud800b', 'a⟨U+D800⟩b'],
  ['byte order mark', '\ufeffls', '⟨U+FEFF⟩ls'],
  ['line separator', 'a\u2028b', 'a⟨U+2028⟩b'],
])('%s is seen', (_, text, shown) => {
  expect(visible(text)).toBe(shown)
})

test('prose keeps its lines and nothing else', () => {
  expect(visible('a\n\tb\r\u001b[31m', { lines: true })).toBe('a\n\tb⟨U+000D⟩⟨U+001B⟩[31m')
})

test('words that imitate ASCII are marked, others are not', () => {
  const marked = (text: string, lines = false) =>
    segmentsOf(text, { lines })
      .filter(({ kind }) => kind === 'confusable')
      .map((segment) => segment.text)
  expect(marked('npm publish')).toEqual([])
  expect(marked('curl https://gооgle.com')).toEqual(['gооgle'])
  expect(marked('größe naïve 日本')).toEqual([])
  expect(marked('просто слово', true)).toEqual([])
  expect(marked('pаypal и Google', true)).toEqual(['pаypal'])
  for (const word of ['𝐠𝐢𝐭', 'ɡit', 'gıt', 'gⅰt', 'ᎢᎥᎷᎬ', 'սоոе', 'ｇｉｔ', 'nрм', '𝗺ake'])
    expect(marked(word), word).toEqual([word])
  expect(marked('curl evil.example∕safe.example')).toEqual(['∕'])
  expect(marked('𝐠𝐢𝐭 push', true)).toEqual(['𝐠𝐢𝐭'])
  expect(marked('Ein “Wort” – und 中文：好', true)).toEqual([])
  expect(marked('“{label}” – 名称：好')).toEqual([])
})

test('the table of look-alikes is what Unicode has', () => {
  expect(packedLookAlikes).toBe(packCodes(findLookAlikes()))
})

test('whatever comes in, what is shown moves no cursor and loses no character', () => {
  void fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, lines) => {
      const shown = visible(text, { lines })
      expect(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(lines ? shown.replace(/[\n\t]/g, '') : shown)).toBe(false)
      const back = shown.replace(/⟨U\+([0-9A-F]+)⟩/g, (_, hex: string) =>
        String.fromCodePoint(Number.parseInt(hex, 16)),
      )
      if (!text.includes('⟨')) expect(back).toBe(text)
    }),
    { numRuns: 2_000 },
  )
})

test('a beginning says how much more there is, and splits no character', () => {
  const room = { characters: 10, lines: 3 }
  expect(beginningOf('short', room)).toEqual({ begin: 'short', more: 0 })
  expect(beginningOf('😀'.repeat(40), room)).toEqual({ begin: '😀'.repeat(10), more: 30 })
  expect(beginningOf('a\nb\nc\nd\ne', room)).toEqual({ begin: 'a\nb\nc', more: 4 })
  expect(beginningOf('a\nb', { characters: 10, lines: 1 })).toEqual({ begin: 'a\nb', more: 0 })
})
