import { useEffect, useState } from 'preact/hooks'
import { addTeam, leaveTeam } from '../../shared/change-teams.ts'
import { openWebDevice } from '../../shared/open-web-device.ts'
import type { WebTeams } from '../../shared/web-teams.ts'
import { readTeams, showTeam } from '../../shared/web-teams.ts'
import { t } from '../../texts/all-texts.ts'
import { useApp } from '../model/use-app.ts'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { Section } from '../parts/layout.tsx'
import { SureButton } from '../parts/sure-button.tsx'

/** The teams of this phone: one tap shows another, one more can be joined, and one can be left. */
export function TeamsSection() {
  const { model } = useApp()
  const [teams, setTeams] = useState<WebTeams | null>(null)
  useEffect(() => void readTeams().then(setTeams), [])
  const restart = (path = '/') => window.location.assign(path)
  const leave = async (place: string) => {
    const device = place === teams?.shown ? { ok: true as const, value: model.device } : await openWebDevice(place)
    // Whoever can't reach the relay leaves all the same: an owner takes the key out.
    if (device.ok) await device.value.unsubscribe()
    if (place === teams?.shown) model.close()
    await leaveTeam(place)
    restart()
  }
  if (!teams) return null
  return (
    <Section title={t('teams.title')}>
      <ul class="list">
        {teams.all.map(({ place, name }, index) => {
          const isShown = place === teams.shown
          const called = name === '' ? t('teams.nth', { n: index + 1 }) : name
          return (
            <li key={place}>
              <div class="list-row">
                <Icon name="person" />
                <span class="list-words">
                  <span>
                    <Exact text={called} />
                  </span>
                  {isShown && <span class="quiet list-detail">{t('teams.shown')}</span>}
                </span>
                {!isShown && (
                  <button type="button" class="text-button" onClick={() => void showTeam(place).then(() => restart())}>
                    {t('teams.show')}
                  </button>
                )}
              </div>
              <SureButton
                label={t('teams.leave')}
                question={t('teams.leaveSure', { name: called })}
                yes={t('teams.leave')}
                onYes={() => leave(place)}
              />
            </li>
          )
        })}
      </ul>
      <button type="button" class="button" onClick={() => void addTeam().then(() => restart('/pair'))}>
        <Icon name="plus" /> {t('teams.join')}
      </button>
    </Section>
  )
}
