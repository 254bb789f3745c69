import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import { Pane } from '../parts/pane.ts'
import type { Place } from '../router.ts'
import '../style/beside.css'

type List = 'waiting' | 'tasks' | 'history'

const isList = (at: Place['at']): at is List => at === 'waiting' || at === 'tasks' || at === 'history'
/** The list to which what is opened belongs, where it was not opened from one. */
const homeOf = (at: Place['at']): List => (at === 'task' || at === 'new' ? 'tasks' : 'waiting')

type Props = { place: Place; screenAt(place: Place): JSX.Element }

/** A wide screen: the list, and beside it what was opened from it. The list stays as it is: where it was scrolled to, and what was searched in it. */
export function Beside({ place, screenAt }: Props) {
  const last = useRef<List | null>(null)
  if (isList(place.at)) last.current = place.at
  const list = last.current ?? homeOf(place.at)
  const isOpen = !isList(place.at)
  const open = 'id' in place ? `/${place.at}/${place.id}` : null
  return (
    <main class="beside">
      <div class="beside-list">
        <Pane.Provider value={{ isCurrent: !isOpen, open }}>{screenAt({ at: list })}</Pane.Provider>
      </div>
      <div class="beside-detail">
        {isOpen ? (
          <Pane.Provider value={{ isCurrent: true, open: null }}>{screenAt(place)}</Pane.Provider>
        ) : (
          <p class="beside-none">{t('beside.none')}</p>
        )}
      </div>
    </main>
  )
}
