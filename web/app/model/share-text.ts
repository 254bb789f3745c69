import { visible } from '#client/display.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import { t } from '../../texts/all-texts.ts'
import { dateTime } from '../../texts/times.ts'
import { subjectOf } from '../views/operation-words.ts'

const SUBJECT = 300

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
    redact(subjectOf(operation).text, operation.cwd.path).slice(0, SUBJECT),
    `${t('tierLong', { tier: approval.tier, name: t(`tier.${approval.tier}`) })}. ${fate}${code}.`,
  ].join('\n')
}

/** Addresses and folders say more about a company than a change does. */
const redact = (text: string, folder: string): string =>
  visible(text.replaceAll(folder, '.'), { lines: true })
    .replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '⟨…⟩')
    .replaceAll(/\b[\w.+-]+@[\w.-]+\.\w+\b/g, '⟨…⟩')
    .replaceAll(/(?<![\w.])\/(?:home|Users|root)\/[^\s/]+/g, '~')

/** By the phone's own sheet, else into the clipboard. Says which, or that neither could be. */
export async function share(text: string): Promise<'shared' | 'copied' | 'failed'> {
  try {
    if (navigator.share) {
      await navigator.share({ text })
      return 'shared'
    }
    await navigator.clipboard.writeText(text)
    return 'copied'
  } catch {
    return 'failed'
  }
}
