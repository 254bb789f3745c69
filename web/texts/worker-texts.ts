import errors from './en/errors.ts?compiled'
import type firstWords from './en/first.ts'
import type pushWords from './en/push.ts'
import push from './en/push.ts?compiled'
import { i18n } from './texts.ts'
import type { KeyOf, MessageAt, Values } from './words.ts'

type Words = typeof firstWords & typeof pushWords

i18n.load('en', { ...push, ...errors })

/** A message of the worker, by its key: what notifications say is not part of the page's first load. */
export const t = <K extends KeyOf<Words>>(key: K, ...[values]: Values<MessageAt<Words, K>>): string =>
  i18n._(key, values)
