import { useState } from 'preact/hooks'
import type { HostSummary } from '#client/list-hosts.ts'
import type { DeviceView } from '#protocol/records.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import type { TeamKey, TeamState } from '#trust/trust-log.ts'
import { t } from '../../texts/all-texts.ts'
import { date } from '../../texts/exact-times.ts'
import { relativeTime } from '../../texts/times.ts'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { OnlinePill } from '../parts/pills.tsx'
import { SureButton } from '../parts/sure-button.tsx'
import { RightsForm } from './rights-form.tsx'

export type DeviceItemProps = {
  device: TeamKey
  seen: DeviceView | null
  label: string
  isThis: boolean
  /** One owner's word that it may get other rights; another owner's is missing. */
  invited: ReturnType<TeamState['invites']['get']> | null
  hosts: readonly HostSummary[]
  /** The relay has been asked; else nobody knows who is there. */
  isSeenKnown: boolean
  now: number
  /** Null where this device may not. */
  onRemove: ((kid: string) => Promise<void>) | null
  onRights: ((kid: string, rights: Omit<Rights, 'person'>) => Promise<void>) | null
}

/** A device of the team: what it may approve, since when, and when it was last there. Two taps take it out. */
export function DeviceItem(props: DeviceItemProps) {
  const { device, seen, label, isThis, invited, hosts, isSeenKnown, now, onRemove, onRights } = props
  const [isChanging, setChanging] = useState(false)
  const { keys, rights, passkey, addedAt } = device
  if (!rights) return null
  const name = label === '' ? keys.kid.slice(0, 10) : label
  const may = [
    t(`role.${rights.role}`),
    ...(rights.role === 'viewer' ? [] : [t('maxTier', { tier: t(`tier.${rights.maxTier}`) })]),
  ]
  return (
    <li class="device">
      <div class="list-row">
        <Icon name="device" />
        <span class="list-words">
          <span>
            <Exact text={name} />
          </span>
          <span class="quiet list-detail">
            <Exact
              text={[isThis ? t('settings.thisDevice') : '', ...may, hostsOf(rights.hosts, hosts)]
                .filter(Boolean)
                .join(' · ')}
            />
          </span>
          <span class="quiet list-detail">
            {[
              t('people.since', { date: date(addedAt) }),
              isSeenKnown && !seen?.online && !isThis ? seenOf(seen, now) : '',
              isSeenKnown && seen && !seen.hasPush ? t('people.noPush') : '',
              passkey ? t('people.passkey') : '',
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </span>
        {isSeenKnown && (seen?.online || isThis) && <OnlinePill online />}
      </div>
      {invited && invited.until > now && (
        <p class="warning-text">{t('people.waitsForOwner', { role: t(`role.${invited.rights.role}`) })}</p>
      )}
      {isChanging && onRights && (
        <RightsForm
          rights={rights}
          hosts={hosts}
          onCancel={() => setChanging(false)}
          onSave={async (changed) => {
            await onRights(keys.kid, changed)
            setChanging(false)
          }}
        />
      )}
      {onRemove && !isChanging && (
        <div class="card-actions">
          {onRights && (
            <button type="button" class="text-button" onClick={() => setChanging(true)}>
              {t('people.change')}
            </button>
          )}
          <SureButton
            label={t('settings.remove')}
            question={t('settings.removeSure', { name })}
            yes={t('settings.removeYes')}
            onYes={() => onRemove(keys.kid)}
          />
        </div>
      )}
    </li>
  )
}

const seenOf = (seen: DeviceView | null, now: number): string =>
  typeof seen?.lastSeenAt === 'number'
    ? t('hosts.seen', { when: relativeTime(seen.lastSeenAt, now) })
    : t('hosts.never')

function hostsOf(allowed: Rights['hosts'], hosts: readonly HostSummary[]): string {
  if (allowed === '*') return t('people.everyHost')
  if (allowed.length === 0) return t('people.noHost')
  return allowed.map((id) => hosts.find(({ hostId }) => hostId === id)?.status?.name ?? t('unknownHost')).join(', ')
}
