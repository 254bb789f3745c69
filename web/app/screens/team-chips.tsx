import { useEffect, useState } from 'preact/hooks'
import { onBulletin } from '../../shared/bulletin.ts'
import type { WebTeams } from '../../shared/web-teams.ts'
import { pairedOf, readTeams, showTeam } from '../../shared/web-teams.ts'
import { t } from '../../texts/all-texts.ts'
import { readOtherTeams } from '../model/other-teams.ts'
import { useApp } from '../model/use-app.ts'
import { Chips } from '../parts/chips.tsx'

/** How often the other teams are asked while somebody looks. Milliseconds. */
const LOOK_MS = 60_000

/** This phone's teams, and how many approvals wait in the others; one tap leads there. Nothing of what it is shows here. */
export function TeamChips() {
  const { model } = useApp()
  const [teams, setTeams] = useState<WebTeams | null>(null)
  useEffect(() => {
    const look = async () => {
      setTeams(await readTeams())
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
  const paired = teams ? pairedOf(teams) : []
  if (!teams || paired.length < 2) return null
  const waitsIn = (place: string) => model.elsewhere.value.find((team) => team.place === place)?.waiting ?? 0
  return (
    <Chips
      label={t('teams.title')}
      chips={paired.map((team) => {
        const name = team.name || t('teams.nth', { n: teams.all.indexOf(team) + 1 })
        const count = waitsIn(team.place)
        return { id: team.place, icon: 'person', words: count > 0 ? t('teams.waits', { name, count }) : name }
      })}
      chosen={teams.shown}
      onChoose={(place) => {
        if (place !== teams.shown) void showTeam(place).then(() => window.location.assign(window.location.pathname))
      }}
    />
  )
}
