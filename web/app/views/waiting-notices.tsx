import { t } from '../../texts/all-texts.ts'
import { Notice } from '../parts/layout.tsx'

/** What stands before anything that waits: something here can't be trusted. */
export function Alarms({ unreadable, isAuditBroken }: { unreadable: number; isAuditBroken: boolean }) {
  return (
    <>
      {unreadable > 0 && <Notice kind="warning">{t('notices.unreadable', { count: unreadable })}</Notice>}
      {isAuditBroken && (
        <Notice kind="warning">
          <a href="/hosts">{t('notices.auditBroken')}</a>
        </Notice>
      )}
    </>
  )
}

/** Sealed to other devices of the team only. */
export function NotForUs({ count }: { count: number }) {
  return <p class="quiet">{t('notices.notForUs', { count })}</p>
}
