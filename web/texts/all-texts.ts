import type askingWords from './en/asking.ts'
import asking from './en/asking.ts?compiled'
import errors from './en/errors.ts?compiled'
import type firstWords from './en/first.ts'
import type listsWords from './en/lists.ts'
import lists from './en/lists.ts?compiled'
import type moreWords from './en/more.ts'
import more from './en/more.ts?compiled'
import type pushWords from './en/push.ts'
import push from './en/push.ts?compiled'
import type troubleWords from './en/trouble.ts'
import trouble from './en/trouble.ts?compiled'
import type workWords from './en/work.ts'
import work from './en/work.ts?compiled'
import { i18n } from './texts.ts'
import type { KeyOf, MessageAt, Values } from './words.ts'

type All = typeof firstWords &
  typeof moreWords &
  typeof listsWords &
  typeof pushWords &
  typeof askingWords &
  typeof workWords &
  typeof troubleWords

i18n.load('en', { ...asking, ...lists, ...more, ...work, ...push, ...trouble, ...errors })

/** A message of any screen, by its key. Only for what is loaded later: it brings all words along. */
export const t = <K extends KeyOf<All>>(key: K, ...[values]: Values<MessageAt<All, K>>): string => i18n._(key, values)

export { sentenceOf } from './texts.ts'
