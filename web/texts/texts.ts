import { setupI18n } from '@lingui/core'
import { visible } from '#client/display.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import type firstWords from './en/first.ts'
import first from './en/first.ts?compiled'
import type { Language } from './languages.ts'
import type { KeyOf, MessageAt, Values } from './words.ts'

type First = typeof firstWords

/** The sentences in the language that is shown. English is there from the start; `speak` puts another in its place before anything is drawn. */
export const i18n = setupI18n({ locale: 'en', messages: { en: first } })

/** A message of the first load, by its key. */
export const t = <K extends KeyOf<First>>(key: K, ...[values]: Values<MessageAt<First, K>>): string =>
  i18n._(key, values)

/** A refusal as a sentence that says what to do; the sentences are among the words that load later. An unknown code is said as it is. */
export function sentenceOf(code: ErrorCode | string): string {
  const key = `error.${code}`
  return key in i18n.messages ? i18n._(key) : visible(code)
}

export function speak(language: Language, messages: Parameters<typeof i18n.load>[1]): void {
  i18n.loadAndActivate({ locale: language, messages })
}
