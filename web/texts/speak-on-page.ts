import type { Store } from '#client/store.ts'
import { languageOf, readChoice } from './languages.ts'
import { speak } from './texts.ts'

/** Puts the page into the person's language, before anything is drawn. English stays when the other words can't be had. */
export async function speakOnPage(store: Store | null): Promise<void> {
  const language = (store && (await readChoice(store).catch(() => null))) ?? languageOf(navigator.languages)
  if (language === 'en') return
  try {
    const { default: messages } = await import('./zh/all.ts')
    speak(language, messages)
    document.documentElement.lang = 'zh-Hans'
  } catch {
    // An old page beside a new release: the update's banner says the rest.
  }
}
