import type { HostSummary } from '#client/list-hosts.ts'
import type { NotifyChange, NotifySettings } from '../../shared/notify-settings.ts'
import { notifyKinds, withKind } from '../../shared/notify-settings.ts'
import { t } from '../../texts/all-texts.ts'
import { Exact } from '../parts/exact.tsx'
import { Section } from '../parts/layout.tsx'

type Props = {
  settings: NotifySettings
  hosts: readonly HostSummary[]
  onChange(change: NotifyChange): Promise<void>
}

const night = { from: 22 * 60, to: 7 * 60 }

/** What makes a sound, by host and kind, and when it is quiet. The rest is counted in one silent notification. */
export function NotifySettingsView({ settings, hosts, onChange }: Props) {
  const { quiet, off } = settings
  const change = (next: NotifyChange) => void onChange(next)
  return (
    <Section title={t('notify.title')}>
      <label class="choose">
        <input
          type="checkbox"
          checked={quiet !== null}
          onChange={({ currentTarget: box }) => {
            const on = box.checked
            // As below: the box shows what is kept.
            box.checked = !on
            change((now) => ({ ...now, quiet: on ? night : null }))
          }}
        />
        <span>{t('notify.quiet')}</span>
      </label>
      {quiet && (
        <div class="times">
          {(['from', 'to'] as const).map((end) => (
            <label key={end} class="field">
              <span>{t(`notify.${end}`)}</span>
              <input
                type="time"
                value={clockOf(quiet[end])}
                onChange={({ currentTarget: { value } }) =>
                  value !== '' &&
                  change((now) => ({ ...now, quiet: { ...(now.quiet ?? night), [end]: minuteOf(value) } }))
                }
              />
            </label>
          ))}
        </div>
      )}
      {hosts.map(({ hostId, status }) => (
        <fieldset key={hostId} class="choices">
          <legend>
            <Exact text={status?.name ?? t('unknownHost')} />
          </legend>
          {notifyKinds.map((kind) => (
            <label key={kind} class="choose">
              <input
                type="checkbox"
                checked={!off[hostId]?.includes(kind)}
                onChange={({ currentTarget: box }) => {
                  const on = box.checked
                  // The box shows what is kept: until it is, what was.
                  box.checked = !on
                  change((now) => withKind(now, hostId, kind, on))
                }}
              />
              <span>{t(`notify.kind.${kind}`)}</span>
            </label>
          ))}
        </fieldset>
      ))}
      <p class="quiet">{t('notify.digestHint')}</p>
    </Section>
  )
}

const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

function minuteOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}
