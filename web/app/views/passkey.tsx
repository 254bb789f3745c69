import { useState } from 'preact/hooks'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { t } from '../../texts/all-texts.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Exact } from '../parts/exact.tsx'
import { Section } from '../parts/layout.tsx'
import { QrCode } from '../parts/qr-code.tsx'
import { Camera } from './camera.tsx'

type AskProps = {
  hasOne: boolean
  /** The link for an owner, once a passkey is made and somebody else has to confirm it. */
  request: string | null
  onMake(): Promise<void>
}

/** This device's own passkey: made here, and where its person is no owner, shown to one. */
export function AskOwner({ hasOne, request, onMake }: AskProps) {
  const [isCopied, setCopied] = useState(false)
  if (hasOne)
    return (
      <p class="found">
        <AnyIcon name="check" /> {t('passkey.has')}
      </p>
    )
  if (request === null)
    return (
      <>
        <p class="lead">{t('passkey.what')}</p>
        <button type="button" class="button button-big button-primary" onClick={() => void onMake()}>
          <AnyIcon name="passkey" /> {t('passkey.make')}
        </button>
      </>
    )
  return (
    <div class="empty">
      <p class="empty-title">{t('passkey.ask')}</p>
      <QrCode text={request} label={t('passkey.qr')} />
      <p>{t('passkey.askHint')}</p>
      <button
        type="button"
        class="button"
        onClick={() => void navigator.clipboard.writeText(request).then(() => setCopied(true))}
      >
        {isCopied ? t('passkey.copied') : t('passkey.copy')}
      </button>
    </div>
  )
}

type ConfirmProps = { name: string; rights: Rights | null; onConfirm(): Promise<void> }

/** An owner's word for another device's passkey. */
export function ConfirmOther({ name, rights, onConfirm }: ConfirmProps) {
  const [busy, setBusy] = useState(false)
  const said = rights ? `${t(`role.${rights.role}`)}, ${t('maxTier', { tier: t(`tier.${rights.maxTier}`) })}` : ''
  return (
    <>
      <p class="lead">
        <Exact text={t('passkey.wants', { name })} />
      </p>
      <p>{t('passkey.rights', { rights: said })}</p>
      <p class="quiet">{t('passkey.confirmHint')}</p>
      <button
        type="button"
        class="button button-big button-primary"
        disabled={busy}
        onClick={() => {
          setBusy(true)
          void onConfirm().finally(() => setBusy(false))
        }}
      >
        <AnyIcon name="passkey" /> {t('passkey.confirm')}
      </button>
    </>
  )
}

/** For owners: what another phone shows, by the camera or pasted. */
export function ScanRequest({ onText }: { onText(text: string): void }) {
  const [isScanning, setScanning] = useState(false)
  return (
    <Section title={t('passkey.confirmOther')}>
      <p class="quiet">{t('passkey.scanHint')}</p>
      {isScanning ? (
        <Camera mark="/passkey#" onText={onText} />
      ) : (
        <button type="button" class="button" onClick={() => setScanning(true)}>
          <AnyIcon name="scan" /> {t('pair.scan')}
        </button>
      )}
      <label class="field">
        <span>{t('pair.paste')}</span>
        <input
          inputMode="url"
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget: { value } }) => value.includes('/passkey#') && onText(value)}
        />
      </label>
    </Section>
  )
}
