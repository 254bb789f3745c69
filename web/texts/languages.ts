import type { Store } from '#client/store.ts'

/** Each under the name it gives itself. */
export const languages = { en: 'English', zh: '简体中文' } as const
export type Language = keyof typeof languages

export const isLanguage = (value: unknown): value is Language =>
  typeof value === 'string' && Object.hasOwn(languages, value)

const KEY = 'app/language'

/** What the person has chosen, or null: as the browser. */
export async function readChoice(store: Store): Promise<Language | null> {
  const chosen = await store.get(KEY)
  return isLanguage(chosen) ? chosen : null
}

export const keepChoice = (store: Store, language: Language | null): Promise<void> => store.put(KEY, language)

/** The first of the browser's languages that there is. Traditional Chinese reads simplified more easily than English. */
export function languageOf(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const [main = ''] = tag.toLowerCase().split('-')
    if (isLanguage(main)) return main
  }
  return 'en'
}
