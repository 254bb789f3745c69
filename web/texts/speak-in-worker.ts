import type { Store } from '#client/store.ts'
import { languageOf, readChoice } from './languages.ts'
import { i18n, speak } from './texts.ts'
import errors from './zh/errors.ts?compiled'
import first from './zh/first.ts?compiled'
import push from './zh/push.ts?compiled'

/** A worker can load nothing later: it carries what it says in every language. Asked for at each event, as the choice may have changed since it woke. */
export async function speakInWorker(store: Store): Promise<void> {
  const language = (await readChoice(store)) ?? languageOf(navigator.languages)
  if (language === 'en') i18n.activate('en')
  else speak(language, { ...first, ...push, ...errors })
}
