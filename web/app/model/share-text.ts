import { visible } from '#client/display.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import type { TaskState } from '#protocol/records.ts'
import { t } from '../../texts/all-texts.ts'
import { dateTime } from '../../texts/exact-times.ts'
import { subjectOf } from '../views/operation-words.ts'
import type { Entry } from './history.ts'
import { redact } from './redact.ts'
import type { TaskLog } from './task-log.ts'

/** Characters of one, and how many of a list. */
const SUBJECT = 300
const ENTRIES = 50

/**
 * What was asked and what came of it, for people outside of the team: plain text without links, ids, addresses, or where things are on a machine; secrets were left out by the
 * host before it was ever sent.
 */
export function shareText({ approval, decision, receipt }: ApprovalCard): string {
  const { operation, project } = approval
  const fate = receipt ? t(`outcome.${receipt.outcome}`) : decision ? t(`steps.${decision.state}`) : t('share.waits')
  const code = typeof receipt?.exitCode === 'number' ? ` (${t('exitCode', { code: receipt.exitCode })})` : ''
  return [
    `${t('push.ask', { kind: t(`kind.${operation.kind}`), project: visible(project) })} · ${dateTime(approval.iat)}`,
    redact(subjectOf(operation).text, { folder: operation.cwd.path, hosts: operation.hosts }).slice(0, SUBJECT),
    `${t('tierLong', { tier: approval.tier, name: t(`tier.${approval.tier}`) })}. ${fate}${code}.`,
  ].join('\n')
}

/** What a task was, and what became of it. */
export function shareTask({ text, state, log }: { text: string; state: TaskState; log: TaskLog }): string {
  const { tests, diff } = log
  return [
    redact(text).slice(0, SUBJECT),
    [
      t(`taskState.${state}`),
      ...(diff && diff.total > 0 ? [t('task.changesCount', { count: diff.total })] : []),
      ...(tests
        ? [`${t('task.testsPassed', { count: tests.passed })}, ${t('task.testsFailed', { count: tests.failed })}`]
        : []),
    ].join(' · '),
  ].join('\n')
}

/** Entries that were found, without the names of hosts. */
export const shareHistory = (entries: readonly Pick<Entry, 'at' | 'title'>[]): string =>
  entries
    .slice(0, ENTRIES)
    .map(({ at, title }) => `${dateTime(at)}: ${redact(title).slice(0, SUBJECT)}`)
    .join('\n')

type Sheet = Pick<Navigator, 'share'>

/** By the phone's own sheet, else into the clipboard. Says which, or that neither could be; `canceled`: the person closed the sheet. */
export async function share(
  text: string,
  sheet: Partial<Sheet> = navigator,
): Promise<'shared' | 'copied' | 'canceled' | 'failed'> {
  try {
    if (sheet.share) {
      await sheet.share({ text })
      return 'shared'
    }
    await navigator.clipboard.writeText(text)
    return 'copied'
  } catch (error) {
    return error instanceof DOMException && error.name === 'AbortError' ? 'canceled' : 'failed'
  }
}
