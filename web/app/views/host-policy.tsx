import { t } from '../../texts/all-texts.ts'
import { Notice } from '../parts/layout.tsx'
import { SureButton } from '../parts/sure-button.tsx'

type Props = {
  hostId: string
  has: string
  /** Null: owners hold it to none. */
  agreed: string | null
  /** Null where this device may not. */
  onPolicy: ((hostId: string, policyHash: string) => Promise<void>) | null
}

/** Whether a host has the policy that owners hold it to. Under another it does nothing, until an owner agrees or it is put back. */
export function HostPolicy({ hostId, has, agreed, onPolicy }: Props) {
  const short = has.slice(0, 10)
  if (agreed === has) return <p class="quiet">{t('hosts.policyHeld', { hash: short })}</p>
  if (agreed === null && !onPolicy) return null
  return (
    <>
      {agreed !== null && <Notice kind="warning">{t('hosts.policyOther', { hash: short })}</Notice>}
      {onPolicy && (
        <div class="card-actions">
          <SureButton
            label={agreed === null ? t('hosts.policyHold') : t('hosts.policyAgree')}
            question={t('hosts.policySure', { hash: short })}
            yes={t('hosts.policyYes')}
            onYes={() => onPolicy(hostId, has)}
          />
        </div>
      )}
    </>
  )
}
