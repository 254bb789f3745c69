import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Rgb } from '#web/app/model/ansi-colours.ts'
import { contrast } from '#web/app/model/ansi-colours.ts'

const css = readFileSync(join(import.meta.dirname, '../../../web/app/style/base.css'), 'utf8')
const [, first = '', second = ''] = /(:root \{[^}]*\})[\s\S]*?prefers-color-scheme: dark\) \{([^}]*\})/.exec(css) ?? []
const coloursIn = (rules: string) =>
  new Map(
    [...rules.matchAll(/--([\w-]+): #([\da-f]{6});/g)].map(([, name = '', hex = '']) => [
      name,
      [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb,
    ]),
  )
const light = coloursIn(first)
const dark = new Map([...light, ...coloursIn(second)])

const plain = ['ground', 'raised', 'sunken', 'accent-soft', 'good-soft', 'caution-soft', 'danger-soft']
const inks = ['ink', 'ink-soft', 'accent', 'good', 'caution', 'danger']
const code = ['ink', 'ink-soft', 'code-keyword', 'code-string', 'code-number', 'code-title']
/** Words that are other within a line stand on these. */
const changed = ['good-soft', 'danger-soft', 'good-strong', 'danger-strong']

test.each([
  ['light', light],
  ['dark', dark],
] as const)('%s: every text can be read on every ground it stands on (WCAG 2.2, 1.4.3 and 1.4.11)', (_, colours) => {
  const of = (ink: string, ground: string) => contrast(colours.get(ink) ?? [0, 0, 0], colours.get(ground) ?? [0, 0, 0])
  const weak = (some: readonly string[], grounds: readonly string[], least: number) =>
    some.flatMap((ink) => grounds.filter((ground) => of(ink, ground) < least).map((ground) => `${ink} on ${ground}`))
  expect([
    ...weak(inks, plain, 4.5),
    ...weak(code, [...plain, ...changed], 4.5),
    ...weak(['accent-ink'], ['accent'], 4.5),
    ...weak(['line-strong'], ['ground', 'raised', 'sunken'], 3),
  ]).toEqual([])
})
