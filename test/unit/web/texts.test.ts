import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setupI18n } from '@lingui/core'
import { expect, test } from 'vitest'
import { errors } from '#protocol/errors.ts'
import { sentenceOf, t } from '#web/texts/all-texts.ts'
import enAsking from '#web/texts/en/asking.ts'
import enFirst from '#web/texts/en/first.ts'
import enLists from '#web/texts/en/lists.ts'
import enMore from '#web/texts/en/more.ts'
import enPush from '#web/texts/en/push.ts'
import enTrouble from '#web/texts/en/trouble.ts'
import enWork from '#web/texts/en/work.ts'
import { languageOf } from '#web/texts/languages.ts'
import { i18n, speak } from '#web/texts/texts.ts'
import type { Words } from '#web/texts/words.ts'
import { flatten } from '#web/texts/words.ts'
import zh from '#web/texts/zh/all.ts'
import zhAsking from '#web/texts/zh/asking.ts'
import zhErrors from '#web/texts/zh/errors.ts'
import zhFirst from '#web/texts/zh/first.ts'
import zhLists from '#web/texts/zh/lists.ts'
import zhMore from '#web/texts/zh/more.ts'
import zhPush from '#web/texts/zh/push.ts'
import zhTrouble from '#web/texts/zh/trouble.ts'
import zhWork from '#web/texts/zh/work.ts'

const english = flatten({ ...enFirst, ...enAsking, ...enLists, ...enMore, ...enWork, ...enTrouble, ...enPush } as Words)
const chinese = flatten({ ...zhFirst, ...zhAsking, ...zhLists, ...zhMore, ...zhWork, ...zhTrouble, ...zhPush } as Words)

/** Names in braces that a message takes; what is inside of a plural's branches is text. */
const namesIn = (message: string) =>
  [...new Set([...message.matchAll(/\{(\w+)(?=[},])/g)].map(([, name]) => name))].sort()

test('every message is there in both languages, and takes the same values', () => {
  expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort())
  for (const [key, message] of Object.entries(english))
    expect([key, namesIn(chinese[key] ?? '')]).toEqual([key, namesIn(message)])
})

test('no word of the first load is said again in those that come later', () => {
  const first = new Set(Object.keys(flatten(enFirst)))
  expect(
    Object.keys(flatten({ ...enAsking, ...enLists, ...enMore, ...enWork, ...enTrouble } as Words)).filter((key) =>
      first.has(key),
    ),
  ).toEqual([])
})

test('every refusal has its sentence in Chinese: add one to web/texts/zh/errors.ts for a new code', () => {
  expect(Object.keys(zhErrors.error).sort()).toEqual(Object.keys(errors).sort())
})

test('what is Chinese is not left in English', () => {
  const same = Object.entries(chinese).filter(([key, message]) => message === english[key] && /[a-z]{3}/.test(message))
  // The name of the product, and what has no words.
  expect(same.map(([key]) => key)).toEqual(['app', 'push.ask'])
})

test('a count has its plural, a name its place', () => {
  expect(t('link.unsent', { count: 1 })).toBe('1 thing is not sent yet.')
  expect(t('link.unsent', { count: 1_200 })).toBe('1,200 things are not sent yet.')
  const other = setupI18n({ locale: 'zh', messages: { zh } })
  expect(other._('link.unsent', { count: 2 })).toBe('有 2 项尚未发送。')
})

test('a refusal is said in the language that is spoken', () => {
  expect(sentenceOf('task_ended')).toBe(errors.task_ended[1])
  speak('zh', zh)
  expect(sentenceOf('task_ended')).toBe('任务已结束，不会重新打开。请新建一个。')
  i18n.activate('en')
})

test('the language is the first of the browser’s that there is', () => {
  expect(languageOf(['de-DE', 'zh-TW', 'en'])).toBe('zh')
  expect(languageOf(['de'])).toBe('en')
})

test('no text stands in the views themselves', () => {
  const web = join(import.meta.dirname, '../../../web')
  const views = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.tsx'))
  const bare = views.flatMap((path) => {
    const text = readFileSync(join(web, path), 'utf8').replaceAll(/^\s*(\/\/|\*|\/\*\*).*$/gm, '')
    const inTags = [...text.matchAll(/>([^<>{}()=;|&:]*[A-Za-z]{2}[^<>{}()=;|&]*)</g)].map(([, words = '']) =>
      words.trim(),
    )
    const isCode = (words: string) => /\b(return|case|default)\b|^Promise$/.test(words)
    const inAttributes = [...text.matchAll(/(?:aria-label|title|alt|placeholder)="([^"]*[A-Za-z]{2}[^"]*)"/g)]
    return [...inTags.filter((words) => !isCode(words)), ...inAttributes.map(([, words = '']) => words.trim())].map(
      (words) => `${path}: ${words}`,
    )
  })
  expect(bare).toEqual([
    'app/screens/frozen-screen.tsx: countersign team reset',
    'app/views/frozen.tsx: countersign team settle',
    'app/views/pair.tsx: countersign pair',
    'app/views/pair.tsx: https://…/p#…',
  ])
})

test('styles name no left and no right, so that they hold from right to left', () => {
  const styles = join(import.meta.dirname, '../../../web/app/style')
  const physical = readdirSync(styles).flatMap((name) =>
    [
      ...readFileSync(join(styles, name), 'utf8').matchAll(
        /^\s*((margin|padding|border|inset)-(left|right)|left|right|float(?!: inline-))\b.*$/gm,
      ),
    ].map(([line]) => `${name}: ${line.trim()}`),
  )
  expect(physical).toEqual([])
})
