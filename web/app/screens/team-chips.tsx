import { useEffect, useState } from 'preact/hooks'
import { onBulletin } from '../../shared/bulletin.ts'
import type { WebTeams } from '../../shared/web-teams.ts'
import { readTeams, showTeam } from '../../shared/web-teams.ts'
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
  const named = teams?.all.map(({ place, name }, index) => ({
    place,
    name: name || t('teams.nth', { n: index + 1 }),
    isPaired: name !== '',
  }))
  // One that has no name yet is only being joined.
  const paired = named?.filter(({ place, isPaired }) => isPaired || place === teams?.shown) ?? []
  if (!teams || paired.length < 2) return null
  const waitsIn = (place: string) => model.elsewhere.value.find((team) => team.place === place)?.waiting ?? 0
  return (
    <Chips
      label={t('teams.title')}
      chips={paired.map(({ place, name }) => ({
        id: place,
        icon: 'person' as const,
        words: waitsIn(place) > 0 ? t('teams.waits', { name, count: waitsIn(place) }) : name,
      }))}
      chosen={teams.shown}
      onChoose={(place) => {
        if (place !== teams.shown) void showTeam(place).then(() => window.location.assign(window.location.pathname))
      }}
    />
  )
}
