// npm run look-alikes: writes client/look-alikes.ts from the confusables of Unicode (UTS #39, as the package unhomoglyph carries them).
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const target = join(import.meta.dirname, '../client/look-alikes.ts')
const table = createRequire(import.meta.url).resolve('unhomoglyph/data.json')

/** What is written like nothing but itself: quotation marks, dashes and the punctuation of Chinese are in every honest text. */
const isUsual = (character: string) =>
  /[\p{Pi}\p{Pf}\u2010-\u2015\u2026\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]/u.test(character)

/** Characters beyond ASCII that Unicode says are read as one letter, digit or sign of ASCII; and the fullwidth ones. */
export function findLookAlikes(): number[] {
  const skeletons: Record<string, string> = JSON.parse(readFileSync(table, 'utf8'))
  const found = Object.entries(skeletons)
    .filter(
      ([character, skeleton]) =>
        character > '\u007f' && /^(?:[\w/\\.:;|&<>$~-]|rn)$/.test(skeleton) && !isUsual(character),
    )
    .map(([character]) => character.codePointAt(0) ?? 0)
  const fullwidth = Array.from({ length: 0x5e }, (_, at) => 0xff01 + at).filter((code) =>
    /[\p{L}\p{N}]/u.test(String.fromCodePoint(code)),
  )
  return [...new Set([...found, ...fullwidth])].sort((a, b) => a - b)
}

/** Runs of neighbours, each as its distance from the one before and, where there are several, how many more; base 36. */
export function packCodes(codes: readonly number[]): string {
  const runs: string[] = []
  let last = 0
  for (let at = 0; at < codes.length; ) {
    const first = codes[at] ?? 0
    let more = 0
    while (codes[at + more + 1] === first + more + 1) more += 1
    runs.push(`${(first - last).toString(36)}${more > 0 ? `+${more.toString(36)}` : ''}`)
    last = first + more
    at += more + 1
  }
  return runs.join(' ')
}

export const lookAlikesFile = (): string =>
  `/** Made by npm run look-alikes from the confusables of Unicode (UTS #39): distance and length of each run, base 36. */
export const packedLookAlikes =
  '${packCodes(findLookAlikes())}'
`

if (process.argv[1] === import.meta.filename) writeFileSync(target, lookAlikesFile())
