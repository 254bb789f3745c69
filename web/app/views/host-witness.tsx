import type { Witness } from '#client/witness.ts'
import { t } from '../../texts/all-texts.ts'
import { dateTime } from '../../texts/exact-times.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Notice } from '../parts/layout.tsx'

/** How far this device has seen a host's log, to be compared there; an alarm when the host has signed another past since. */
export function HostWitness({ witness: { head, broken } }: { witness: Witness }) {
  const seen = `${head.n}:${head.hash}`
  return (
    <>
      {broken && (
        <Notice kind="warning">
          <p>
            <strong>{t('hosts.auditBroken')}</strong>
          </p>
          <p>{t('hosts.auditBrokenHint', { when: dateTime(broken.at), n: broken.head.n })}</p>
        </Notice>
      )}
      <dl class="facts">
        <dt>{t('hosts.audit')}</dt>
        <dd>
          <span class="code">{seen}</span>
          <CopyButton
            text={() => `countersign audit verify --witness ${seen}`}
            label={t('hosts.auditCopy')}
            done={t('copied')}
          />
        </dd>
      </dl>
    </>
  )
}
