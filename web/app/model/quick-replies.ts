import { t } from '../../texts/all-texts.ts'
import type { LogItem } from './task-log.ts'

/** What one may want to say with one tap, from what the agent said last: an answer when it asked, else what usually comes next. */
export function repliesFor(items: readonly LogItem[]): readonly string[] {
  const last = items.findLast((item) => item.kind === 'message')
  if (last?.role === 'agent' && /[?？]\s*$/.test(last.text))
    return [t('replies.yes'), t('replies.no'), t('replies.youChoose')]
  return [t('replies.goOn'), t('replies.tests'), t('replies.explain')]
}
