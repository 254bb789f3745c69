import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { HostSummary } from '#client/list-hosts.ts'
import type { NotifyChange, NotifySettings } from '../../shared/notify-settings.ts'
import { t } from '../../texts/all-texts.ts'
import { byteSize } from '../../texts/exact-times.ts'
import type { Language } from '../../texts/languages.ts'
import { isLanguage, languages } from '../../texts/languages.ts'
import { relativeTime } from '../../texts/times.ts'
import type { PushChecked } from '../model/check-push.ts'
import type { PushState } from '../model/push-state.ts'
import { isInstalled } from '../model/push-state.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Icon } from '../parts/icon.tsx'
import { Notice, Section } from '../parts/layout.tsx'
import { SureButton } from '../parts/sure-button.tsx'
import { InstallSteps } from './install-steps.tsx'
import { NotifySettingsView } from './notify-settings.tsx'
import { PushCheckView } from './push-check.tsx'

export type SettingsProps = {
  push: PushState
  lastPushAt: number | null
  /** Null while it is read. */
  notify: NotifySettings | null
  hosts: readonly HostSummary[]
  onNotify(change: NotifyChange): Promise<void>
  now: number
  /** The section of this phone's teams. */
  teams: ComponentChildren
  storage: { kept: boolean; used: number } | null
  ids: { team: string; device: string }
  /** New keys for this device; the app starts anew with them. */
  onRotate(): Promise<void>
  /** A sentence when the last try did not work. */
  refusal: string | null
  onPush(on: boolean): Promise<void>
  onCheck(): Promise<PushChecked>
  onKeepStorage(): Promise<void>
  /** Null: as the browser. */
  language: Language | null
  onLanguage(language: Language | null): Promise<void>
}

export function SettingsView(props: SettingsProps) {
  const { teams, storage, ids, refusal, onKeepStorage, onRotate, push, notify, hosts, onNotify } = props
  return (
    <>
      {refusal !== null && <Notice kind="warning">{refusal}</Notice>}
      <PushSection {...props} />
      {!isInstalled() && <InstallSteps />}
      {push === 'on' && notify && <NotifySettingsView settings={notify} hosts={hosts} onChange={onNotify} />}
      <Section title={t('people.title')}>
        <a class="button" href="/people">
          <Icon name="person" /> {t('people.open')}
        </a>
      </Section>
      {teams}
      <LanguageSection {...props} />
      {storage && (
        <Section title={t('settings.storage')}>
          <p>
            {storage.kept ? t('settings.storageKept') : t('settings.storageNotKept')}{' '}
            <span class="quiet">{t('settings.storageUsed', { size: byteSize(storage.used) })}</span>
          </p>
          {!storage.kept && (
            <button type="button" class="button" onClick={onKeepStorage}>
              {t('settings.storageKeep')}
            </button>
          )}
        </Section>
      )}
      <Section title={t('settings.keys')}>
        <p>{t('settings.keysHint')}</p>
        <SureButton
          label={t('settings.rotate')}
          question={t('settings.rotateSure')}
          yes={t('settings.rotateYes')}
          onYes={onRotate}
        />
      </Section>
      <Section title={t('settings.about')}>
        <dl class="facts">
          <dt>{t('settings.team')}</dt>
          <dd class="code">{ids.team}</dd>
          <dt>{t('settings.device')}</dt>
          <dd class="code">{ids.device}</dd>
        </dl>
      </Section>
    </>
  )
}

function PushSection({ push, lastPushAt, now, onPush, onCheck }: SettingsProps) {
  const [busy, setBusy] = useState(false)
  const turn = async (on: boolean) => {
    setBusy(true)
    await onPush(on)
    setBusy(false)
  }
  const hints: Record<PushState, string> = {
    on: t('settings.pushOnHint'),
    off: t('pushNotice.off'),
    denied: t('settings.pushDenied'),
    'needs-install': t('settings.pushUnsupportedIos'),
    unsupported: t('settings.pushUnsupported'),
  }
  return (
    <Section title={t('settings.notifications')}>
      <p>
        <strong>{push === 'on' ? t('settings.pushOn') : t('settings.pushOff')}.</strong> {hints[push]}
      </p>
      {push === 'on' && (
        <p class="quiet">
          {lastPushAt === null
            ? t('settings.pushNever')
            : t('settings.pushLast', { when: relativeTime(lastPushAt, now) })}
        </p>
      )}
      {push === 'on' && <PushCheckView onCheck={onCheck} />}
      {(push === 'on' || push === 'off') && (
        <button
          type="button"
          class={push === 'on' ? 'button' : 'button button-primary'}
          disabled={busy}
          onClick={() => turn(push === 'off')}
        >
          <AnyIcon name="bell" />{' '}
          {busy ? t('settings.pushChecking') : push === 'on' ? t('settings.pushTurnOff') : t('settings.pushTurnOn')}
        </button>
      )}
    </Section>
  )
}

function LanguageSection({ language, onLanguage }: SettingsProps) {
  return (
    <Section title={t('settings.language')}>
      <select
        aria-label={t('settings.language')}
        value={language ?? ''}
        onChange={({ currentTarget: { value } }) => void onLanguage(isLanguage(value) ? value : null)}
      >
        <option value="">{t('settings.languageOfBrowser')}</option>
        {Object.entries(languages).map(([tag, name]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
    </Section>
  )
}
