import { useEffect } from 'preact/hooks'
import { onBulletin } from '../../shared/bulletin.ts'
import { showTeam } from '../../shared/web-teams.ts'
import { t } from '../../texts/all-texts.ts'
import { readOtherTeams } from '../model/other-teams.ts'
import { useApp } from '../model/use-app.ts'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'

/** How often the other teams are asked while somebody looks. Milliseconds. */
const LOOK_MS = 60_000

/** What waits in this phone's other teams, one line each; one tap leads there. Nothing of what it is shows here. */
export function OtherTeams() {
  const { model } = useApp()
  useEffect(() => {
    const look = async () => {
      model.elsewhere.value = await readOtherTeams().catch(() => model.elsewhere.value)
    }
    void look()
    const timer = setInterval(() => void look(), LOOK_MS)
    // A push of any team wakes the worker, which says so.
    const stop = onBulletin(({ type }) => type === 'approval' && void look())
    return () => {
      clearInterval(timer)
      stop()
    }
  }, [])
  return (
    <>
      {model.elsewhere.value
        .filter(({ waiting }) => waiting > 0)
        .map(({ place, name, waiting }) => (
          <button
            key={place}
            type="button"
            class="card card-link card-together"
            onClick={() => void showTeam(place).then(() => window.location.assign('/'))}
          >
            <Icon name="person" />
            <span>
              <Exact text={t('teams.waits', { name: name === '' ? t('teams.other') : name, count: waiting })} />
            </span>
            <Icon name="next" />
          </button>
        ))}
    </>
  )
}
