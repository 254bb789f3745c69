import { useApp } from '../model/use-app.ts'
import { later } from '../parts/later.tsx'

const TeamChips = later(() => import('./team-chips.tsx').then((it) => it.TeamChips))

/** The teams of this phone, where there are several, in room that is kept from the first paint on. */
export function TeamsRoom() {
  const { isInSeveral } = useApp()
  if (!isInSeveral) return null
  return (
    <div class="chips-room">
      <TeamChips />
    </div>
  )
}
