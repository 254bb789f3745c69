import type { Rights } from '#protocol/statements/trust-entry.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { t } from '../../texts/all-texts.ts'
import type { Person, Roster } from '../model/people.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import type { DeviceItemProps } from './device-item.tsx'
import { DeviceItem } from './device-item.tsx'

export type PeopleProps = Pick<DeviceItemProps, 'hosts' | 'isSeenKnown' | 'now'> & {
  people: readonly Person[]
  roster: Roster
  invites: TeamState['invites']
  ownKid: string
  isOwner: boolean
  onRemove(kid: string): Promise<void>
  onRights(kid: string, rights: Omit<Rights, 'person'>): Promise<void>
}

/** Who can approve what, since when, last seen; for owners also the way in and the way out. */
export function PeopleView({ people, roster, invites, ownKid, isOwner, onRemove, onRights, ...rest }: PeopleProps) {
  return (
    <>
      <p class="lead">{t('people.intro')}</p>
      <div class="stack">
        {people.map(({ id, name, devices }) => (
          <article key={id} class="card">
            <div class="card-head">
              <Icon name="person" />
              <h2>{name === '' ? t('people.unnamed') : <Exact text={name} />}</h2>
            </div>
            <ul class="list">
              {devices.map(({ key, seen }) => {
                const { kid } = key.keys
                const isThis = kid === ownKid
                return (
                  <DeviceItem
                    key={kid}
                    device={key}
                    seen={seen}
                    label={roster.get(kid)?.label ?? ''}
                    isThis={isThis}
                    invited={invites.get(kid) ?? null}
                    onRemove={isOwner && !isThis ? onRemove : null}
                    onRights={isOwner && !isThis ? onRights : null}
                    {...rest}
                  />
                )
              })}
            </ul>
          </article>
        ))}
      </div>
      {isOwner ? (
        <div class="button-row">
          <a class="button button-primary" href="/invite">
            <Icon name="plus" /> {t('people.invite')}
          </a>
          <a class="button" href="/passkey">
            <AnyIcon name="passkey" /> {t('passkey.confirmOther')}
          </a>
        </div>
      ) : (
        <>
          <p class="quiet">{t('people.ownersOnly')}</p>
          <p>
            <a class="button" href="/passkey">
              <AnyIcon name="passkey" /> {t('passkey.title')}
            </a>
          </p>
        </>
      )}
    </>
  )
}
